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

    /** The message table. */
    MessageLog messages();

    /** The idempotency keys. */
    ConsumedKeys consumedKeys();
}
