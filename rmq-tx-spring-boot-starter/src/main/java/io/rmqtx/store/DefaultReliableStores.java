package io.rmqtx.store;

import io.rmqtx.MessageContext;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.StoreLocator;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Opens the stores of a transaction manager when it is first asked for: not before, because migrations may still have
 * to create the tables. What could not be opened is tried again by the next call.
 */
final class DefaultReliableStores implements ReliableStores {

    private final TransactionManagers managers;
    private final StoreOpener opener;

    private final Map<String, ManagedStores> byName = new ConcurrentHashMap<>();
    private final Map<PlatformTransactionManager, ManagedStores> byManager = new ConcurrentHashMap<>();

    /** A lock rather than a monitor: opening talks to the database, which would pin a virtual thread's carrier. */
    private final ReentrantLock opening = new ReentrantLock();

    DefaultReliableStores(
            ListableBeanFactory beans,
            StoreDialects dialects,
            StoreProperties.Initialize initialize,
            Duration keyWait,
            String application) {
        this.managers = new TransactionManagers(beans);
        this.opener = new StoreOpener(beans, dialects, initialize, keyWait, application);
    }

    @Override
    public PlatformTransactionManager open(String transactionManager) {
        return of(transactionManager).manager();
    }

    @Override
    public ReliableStore forTransactionManager(String transactionManager) {
        return of(transactionManager).current();
    }

    @Override
    public StoreLocator.Scope enter(String transactionManager, MessageContext message, Object payload) {
        return of(transactionManager).enter(message, payload);
    }

    @Override
    public Collection<ReliableStore> opened() {
        return byManager.values().stream()
                .flatMap(stores -> stores.all().stream())
                .distinct()
                .toList();
    }

    @Override
    public Optional<ReliableStore> byId(String storeId) {
        return opened().stream().filter(store -> store.id().equals(storeId)).findFirst();
    }

    private ManagedStores of(String name) {
        ManagedStores known = byName.get(name);
        return known == null ? resolve(name) : known;
    }

    private ManagedStores resolve(String name) {
        PlatformTransactionManager manager = managers.get(name);
        opening.lock();
        try {
            ManagedStores stores = byManager.get(manager);
            if (stores == null) {
                stores = opener.open(manager, TransactionManagers.describe(name));
                byManager.put(manager, stores);
            }
            byName.put(name, stores);
            return stores;
        } finally {
            opening.unlock();
        }
    }
}
