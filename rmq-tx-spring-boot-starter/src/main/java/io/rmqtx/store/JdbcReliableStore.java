package io.rmqtx.store;

import io.rmqtx.spi.Backlog;
import io.rmqtx.spi.ConsumedKeys;
import io.rmqtx.spi.MessageLog;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.TransactionPhase;
import org.springframework.transaction.PlatformTransactionManager;

/** The tables of one business database. */
record JdbcReliableStore(
        String id,
        PlatformTransactionManager transactionManager,
        TransactionGuard guard,
        TransactionPhases phases,
        MessageLog messages,
        Backlog backlog,
        ConsumedKeys consumedKeys)
        implements ReliableStore {

    @Override
    public boolean isTransactionActive() {
        return guard.isActive();
    }

    @Override
    public TransactionPhase transactionPhase() {
        return phases.current();
    }

    @Override
    public boolean isRollbackOnly() {
        return phases.isRollbackOnly();
    }

    @Override
    public void refuseCommit(RuntimeException cause) {
        phases.refuseCommit(cause);
    }
}
