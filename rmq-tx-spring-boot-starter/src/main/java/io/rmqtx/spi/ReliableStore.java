package io.rmqtx.spi;

import org.springframework.transaction.PlatformTransactionManager;

/** The tables of rmq-tx in one business database, and the transactions in which they are written. */
public interface ReliableStore {

    /** The random identity of the database's tables; half messages carry it, so that a check-back finds them again. */
    String id();

    /** The transaction manager of the database. */
    PlatformTransactionManager transactionManager();

    /** Whether a transaction of this store's manager is active on this thread, so that statements join it. */
    boolean isTransactionActive();

    /** How far the transaction has come that is active on this thread. */
    TransactionPhase transactionPhase();

    /**
     * Whether the transaction on this thread that is being committed could only be rolled back even before its
     * synchronizations were asked. False where that cannot be told.
     */
    boolean isRollbackOnly();

    /**
     * Makes the transaction fail whose synchronizations are being asked before its commit: when all have been asked it
     * is rolled back, and whoever commits it gets {@code cause}. Until then a roll-back to a savepoint takes nothing
     * back.
     *
     * @throws IllegalStateException if this store cannot do that
     */
    default void refuseCommit(RuntimeException cause) {
        throw new IllegalStateException("A commit that has begun cannot be refused by this store.", cause);
    }

    /** The message table. */
    MessageLog messages();

    /** What of it is still to be published. */
    Backlog backlog();

    /** The idempotency keys. */
    ConsumedKeys consumedKeys();
}
