package io.rmqtx.benchmark.annotation;

import io.rmqtx.MessageContext;
import io.rmqtx.MessageMode;
import io.rmqtx.spi.Backlog;
import io.rmqtx.spi.ConsumedKeys;
import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.MessageLog;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.StoreLocator;
import io.rmqtx.spi.StoredStatus;
import io.rmqtx.spi.TransactionPhase;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** One store that keeps nothing. */
record IdleStores(PlatformTransactionManager transactionManager) implements ReliableStores, ReliableStore, MessageLog {

    @Override
    public PlatformTransactionManager open(String name) {
        return transactionManager;
    }

    @Override
    public StoreLocator.Scope enter(String name, MessageContext message, Object payload) {
        return () -> {};
    }

    @Override
    public boolean isRollbackOnly() {
        return false;
    }

    @Override
    public ReliableStore forTransactionManager(String name) {
        return this;
    }

    @Override
    public Optional<ReliableStore> byId(String storeId) {
        return Optional.of(this);
    }

    @Override
    public String id() {
        return "00000000-0000-0000-0000-000000000000";
    }

    @Override
    public boolean isTransactionActive() {
        return TransactionSynchronizationManager.isActualTransactionActive();
    }

    @Override
    public TransactionPhase transactionPhase() {
        return TransactionPhase.RUNNING;
    }

    @Override
    public MessageLog messages() {
        return this;
    }

    @Override
    public ConsumedKeys consumedKeys() {
        throw new UnsupportedOperationException("nothing is consumed");
    }

    @Override
    public Backlog backlog() {
        throw new UnsupportedOperationException("nothing is left to publish");
    }

    @Override
    public Collection<ReliableStore> opened() {
        return List.of();
    }

    @Override
    public void toOutbox(Collection<String> messageIds, Duration dueAfter) {
        // kept nowhere
    }

    @Override
    public void insert(List<OutgoingMessage> messages, MessageMode mode, Duration maxAge, Duration dueAfter) {
        // kept nowhere
    }

    @Override
    public void postpone(Collection<String> messageIds, Duration dueAfter) {
        // nothing to postpone
    }

    @Override
    public List<String> existing(Collection<String> messageIds) {
        return List.copyOf(messageIds);
    }

    @Override
    public Optional<StoredStatus> find(String messageId) {
        return Optional.empty();
    }

    @Override
    public boolean fence(MessageId id, String topic, Duration lockWait) {
        return false;
    }

    @Override
    public int markPublished(Collection<String> messageIds) {
        return messageIds.size();
    }
}
