package io.rmqtx;

/** How a message gets from the database to the broker. Both modes publish it if, and only if, the transaction commits. */
public enum MessageMode {
    /**
     * Half message, local transaction, commit. The broker drives what a crash left undone; nothing is polled. The broker
     * must be there when a call begins.
     */
    TRANSACTIONAL,
    /**
     * The row is the message: it is written at the end of the method, sent after the commit, and sent again until the
     * broker has acknowledged it. Business goes on while the broker is away. The only mode with order and delay.
     */
    OUTBOX
}
