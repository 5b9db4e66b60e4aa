package io.rmqtx.chaos;

/** How the service is called. */
enum Call {
    /** The annotated method opens the transaction: the half message is sent before it. */
    EARLY,
    /** The annotated method joins a transaction: the half message is sent just before the commit. */
    JOINED,
    /** As EARLY, and the business refuses. */
    REFUSED,
    /** In mode OUTBOX: no half message, the row is written when the business has returned. */
    OUTBOX
}
