package io.rmqtx.spi;

import java.util.Optional;

/** The stores of this application, one per transaction manager that is in use. */
public interface ReliableStores {

    /**
     * The store of a transaction manager.
     *
     * @param transactionManager its bean name; empty for the only or the primary one
     * @throws io.rmqtx.RmqTxConfigurationException if there is no such manager, several to choose from, one that has
     *     no JDBC data source, or one whose tables are missing
     */
    ReliableStore forTransactionManager(String transactionManager);

    /** The store with this identity, among those in use. */
    Optional<ReliableStore> byId(String storeId);
}
