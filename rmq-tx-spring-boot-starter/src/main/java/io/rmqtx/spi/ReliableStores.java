package io.rmqtx.spi;

import io.rmqtx.MessageContext;
import java.util.Collection;
import java.util.Optional;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The stores of this application: one per transaction manager that is in use, or, where it works on a routing data
 * source, those that a {@link StoreLocator} names.
 *
 * <p>A transaction manager is given by its bean name or qualifier; empty means the only or the primary one.
 */
public interface ReliableStores {

    /**
     * Opens and checks every store that transactions of the manager can lead to. For use at start, when no route is
     * set.
     *
     * @throws io.rmqtx.RmqTxConfigurationException if there is no such manager, several to choose from, one that has
     *     no JDBC data source, a routing one without a {@link StoreLocator}, or one whose tables are missing
     */
    PlatformTransactionManager open(String transactionManager);

    /**
     * The store to which a transaction of the manager leads that begins now on this thread. Opens it where that has not
     * been done.
     *
     * @throws io.rmqtx.RmqTxConfigurationException as {@link #open}
     * @throws io.rmqtx.StoreRouteException if the {@link StoreLocator} names none of its stores
     */
    ReliableStore forTransactionManager(String transactionManager);

    /**
     * Has the {@link StoreLocator} set the thread's route for a delivery, where the manager works on a routing data
     * source.
     */
    StoreLocator.Scope enter(String transactionManager, MessageContext message, Object payload);

    /** All stores that are in use so far. */
    Collection<ReliableStore> opened();

    /** The store with this identity, among those in use. */
    Optional<ReliableStore> byId(String storeId);
}
