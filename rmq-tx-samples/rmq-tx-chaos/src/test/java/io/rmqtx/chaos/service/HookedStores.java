package io.rmqtx.chaos.service;

import io.rmqtx.MessageContext;
import io.rmqtx.MessageMode;
import io.rmqtx.spi.Backlog;
import io.rmqtx.spi.ConsumedKeys;
import io.rmqtx.spi.KeyBusyException;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.transaction.PlatformTransactionManager;

/** The tables' ports, with a point before and after each step. */
final class HookedStores implements ReliableStores {

    private final ReliableStores real;
    private final Map<ReliableStore, ReliableStore> hooked = new ConcurrentHashMap<>();

    HookedStores(ReliableStores real) {
        this.real = real;
    }

    @Override
    public PlatformTransactionManager open(String transactionManager) {
        return real.open(transactionManager);
    }

    @Override
    public StoreLocator.Scope enter(String transactionManager, MessageContext message, Object payload) {
        return real.enter(transactionManager, message, payload);
    }

    @Override
    public ReliableStore forTransactionManager(String transactionManager) {
        return hook(real.forTransactionManager(transactionManager));
    }

    @Override
    public Optional<ReliableStore> byId(String storeId) {
        return real.byId(storeId).map(this::hook);
    }

    @Override
    public Collection<ReliableStore> opened() {
        return real.opened().stream().map(this::hook).toList();
    }

    private ReliableStore hook(ReliableStore store) {
        return hooked.computeIfAbsent(store, HookedStore::new);
    }

    private record HookedStore(ReliableStore real, MessageLog messages, Backlog backlog, ConsumedKeys consumedKeys)
            implements ReliableStore {

        HookedStore(ReliableStore real) {
            this(
                    real,
                    new HookedLog(real.messages()),
                    new HookedBacklog(real.backlog()),
                    new HookedKeys(real.consumedKeys()));
        }

        @Override
        public String id() {
            return real.id();
        }

        @Override
        public PlatformTransactionManager transactionManager() {
            return real.transactionManager();
        }

        @Override
        public boolean isTransactionActive() {
            return real.isTransactionActive();
        }

        @Override
        public TransactionPhase transactionPhase() {
            return real.transactionPhase();
        }

        @Override
        public boolean isRollbackOnly() {
            return real.isRollbackOnly();
        }

        @Override
        public void refuseCommit(RuntimeException cause) {
            real.refuseCommit(cause);
        }
    }

    private record HookedLog(MessageLog real) implements MessageLog {

        @Override
        public void insert(List<OutgoingMessage> messages, MessageMode mode, Duration maxAge, Duration dueAfter) {
            Hooks.at(CrashPoint.BEFORE_ROW);
            messages.forEach(message -> OwnMessages.add(message.id().value()));
            real.insert(messages, mode, maxAge, dueAfter);
            Hooks.at(CrashPoint.AFTER_ROW);
        }

        @Override
        public void postpone(Collection<String> messageIds, Duration dueAfter) {
            real.postpone(messageIds, dueAfter);
        }

        @Override
        public void toOutbox(Collection<String> messageIds, Duration dueAfter) {
            real.toOutbox(messageIds, dueAfter);
        }

        @Override
        public List<String> existing(Collection<String> messageIds) {
            return real.existing(messageIds);
        }

        @Override
        public Optional<StoredStatus> find(String messageId) {
            Hooks.at(CrashPoint.CHECK_BEFORE_READ);
            Optional<StoredStatus> found = real.find(messageId);
            Hooks.at(CrashPoint.CHECK_AFTER_READ);
            return found;
        }

        @Override
        public boolean fence(MessageId id, String topic, Duration lockWait) {
            Hooks.at(CrashPoint.CHECK_BEFORE_FENCE);
            boolean fenced = real.fence(id, topic, lockWait);
            Hooks.at(CrashPoint.CHECK_AFTER_FENCE);
            return fenced;
        }

        @Override
        public int markPublished(Collection<String> messageIds) {
            boolean own = OwnMessages.containsAny(messageIds);
            Hooks.at(own ? CrashPoint.BEFORE_MARK : CrashPoint.RELAY_BEFORE_MARK);
            int marked = real.markPublished(messageIds);
            Hooks.at(own ? CrashPoint.AFTER_MARK : CrashPoint.RELAY_AFTER_MARK);
            return marked;
        }
    }

    private record HookedKeys(ConsumedKeys real) implements ConsumedKeys {

        @Override
        public Outcome insert(String consumerGroup, String key, String messageId) throws KeyBusyException {
            Hooks.at(CrashPoint.BEFORE_KEY);
            Outcome outcome = real.insert(consumerGroup, key, messageId);
            Hooks.at(CrashPoint.AFTER_KEY);
            return outcome;
        }

        @Override
        public int purge(Duration olderThan, int atMost) {
            return real.purge(olderThan, atMost);
        }
    }
}
