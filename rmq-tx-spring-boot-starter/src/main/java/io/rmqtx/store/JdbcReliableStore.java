package io.rmqtx.store;

import io.rmqtx.spi.ConsumedKeys;
import io.rmqtx.spi.MessageLog;
import io.rmqtx.spi.ReliableStore;
import org.springframework.transaction.PlatformTransactionManager;

/** The tables of one business database. */
record JdbcReliableStore(
        String id,
        PlatformTransactionManager transactionManager,
        TransactionGuard guard,
        CompletionPhase phase,
        MessageLog messages,
        ConsumedKeys consumedKeys)
        implements ReliableStore {

    @Override
    public boolean isTransactionActive() {
        return guard.isActive();
    }

    @Override
    public boolean isTransactionCompleting() {
        return phase.isCompleting();
    }
}
