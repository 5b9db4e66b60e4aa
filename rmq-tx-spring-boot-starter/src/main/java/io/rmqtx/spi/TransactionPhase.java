package io.rmqtx.spi;

/** How far the transaction that looks active on this thread has come. */
public enum TransactionPhase {
    /** Statements belong to it, and its synchronizations will be asked before it commits. Also: it cannot be watched. */
    RUNNING,
    /** Its synchronizations are being asked: statements still belong to it, but a late one is not asked any more. */
    COMMITTING,
    /** It is being committed, or has been: what is written now belongs to no transaction. */
    COMPLETING,
    /** It is being rolled back, or has been, by its owner's wish; not because a commit failed. */
    ROLLING_BACK,
    /** Another manager's transaction stands in between: what is registered now would hear of that one's end. */
    HIDDEN
}
