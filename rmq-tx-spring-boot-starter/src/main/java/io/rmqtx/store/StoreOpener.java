package io.rmqtx.store;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.StoreDialect;
import io.rmqtx.spi.StoreLocator;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/** Opens the stores of a transaction manager, and checks each of them. */
final class StoreOpener {

    private final Map<PlatformTransactionManager, TransactionPhases> phases = new ConcurrentHashMap<>();
    private final StoreLocators locators;
    private final StoreDialects dialects;
    private final StoreProperties.Initialize initialize;
    private final Duration keyWait;
    private final String application;

    StoreOpener(
            ListableBeanFactory beans,
            StoreDialects dialects,
            StoreProperties.Initialize initialize,
            Duration keyWait,
            String application) {
        this.locators = new StoreLocators(beans);
        this.dialects = dialects;
        this.initialize = initialize;
        this.keyWait = keyWait;
        this.application = application;
    }

    /** Once for each manager, however often its stores could not be opened: a listener is never removed. */
    private TransactionPhases phases(PlatformTransactionManager manager) {
        return phases.computeIfAbsent(manager, TransactionPhases::of);
    }

    ManagedStores open(PlatformTransactionManager manager, String description) {
        DataSource dataSource = DataSources.of(manager, description);
        refuseShardingSphere(dataSource);
        StoreLocator locator = locators.of(manager, dataSource, description);
        return locator == null ? single(manager, dataSource, description) : routed(manager, dataSource, locator);
    }

    private ManagedStores single(PlatformTransactionManager manager, DataSource dataSource, String description) {
        Transactions transactions = new Transactions(manager, dataSource, phases(manager));
        try {
            return new ManagedStores.Single(transactions.store(dataSource, null));
        } catch (RmqTxConfigurationException e) {
            throw new RmqTxConfigurationException(
                    e.description() + " That is the database of the transaction manager " + description + ".",
                    e.action(),
                    e);
        }
    }

    /** It rewrites statements, cannot parse ours, and would put a row elsewhere than the business rows it belongs to. */
    private static void refuseShardingSphere(DataSource dataSource) {
        if (DataSources.isShardingSphere(dataSource)) {
            throw new RmqTxConfigurationException(
                    "The data source of a transaction manager that rmq-tx is to use is ShardingSphere's ("
                            + dataSource.getClass().getName() + "), in which a message's row and the business rows need"
                            + " not be in the same database.",
                    "Define a transaction manager on the one database that holds the tables of rmq-tx and the business"
                            + " rows, and name it by @ReliableMessage(transactionManager = ...).");
        }
    }

    private ManagedStores routed(PlatformTransactionManager manager, DataSource routing, StoreLocator locator) {
        Map<DataSource, Set<String>> namesOf = databases(locator);
        Transactions transactions = new Transactions(manager, routing, phases(manager));
        Map<String, ReliableStore> byName = new HashMap<>();
        Map<String, String> nameOfId = new HashMap<>();
        namesOf.forEach((database, names) -> {
            String name = quoted(names);
            ReliableStore store = open(transactions, database, name);
            String other = nameOfId.putIfAbsent(store.id(), name);
            if (other != null) {
                throw new RmqTxConfigurationException(
                        "The stores " + other + " and " + name + " of the StoreLocator are different data sources, but"
                                + " their tables have the same identity (" + store.id() + "): one is a replica or a"
                                + " copy of the other, and a check-back could ask the wrong one.",
                        "Name only the primary. If one is a copy that is used on its own, delete the row of"
                                + " rmq_tx_store in it. If both are pools of one database, give both names the same"
                                + " data source.");
            }
            names.forEach(each -> byName.put(each, store));
        });
        return new RoutedStores(manager, locator, Map.copyOf(byName));
    }

    /** The locator's databases in the order of their names, and the names of each. */
    private static Map<DataSource, Set<String>> databases(StoreLocator locator) {
        Map<String, DataSource> stores = new TreeMap<>(locator.stores());
        if (stores.isEmpty()) {
            throw new RmqTxConfigurationException(
                    "StoreLocator '" + locator.getClass().getName() + "' names no store.",
                    "Return every database behind the routing data source from StoreLocator.stores().");
        }
        Map<DataSource, Set<String>> ordered = new LinkedHashMap<>();
        stores.forEach((name, dataSource) -> {
            refuseUnusable(locator, name, dataSource);
            ordered.computeIfAbsent(DataSources.outsideTransactions(dataSource), missing -> new TreeSet<>())
                    .add(name);
        });
        return ordered;
    }

    private static void refuseUnusable(StoreLocator locator, String name, @Nullable DataSource dataSource) {
        if (dataSource == null) {
            throw new RmqTxConfigurationException(
                    "Store '" + name + "' of StoreLocator '"
                            + locator.getClass().getName() + "' has no data source.",
                    "Give it the data source of its database, or leave it out.");
        }
        refuseShardingSphere(dataSource);
        String routing = DataSources.routingClass(dataSource);
        if (routing != null) {
            throw new RmqTxConfigurationException(
                    "Store '" + name + "' of StoreLocator '"
                            + locator.getClass().getName() + "' is a routing data source itself (" + routing + ").",
                    "Name the databases themselves.");
        }
    }

    private ReliableStore open(Transactions transactions, DataSource database, String name) {
        try {
            return transactions.store(database, name);
        } catch (RmqTxConfigurationException e) {
            throw new RmqTxConfigurationException(
                    "Store " + name + " of the StoreLocator cannot be used: " + e.description(), e.action(), e);
        } catch (DataAccessException e) {
            throw new DataAccessResourceFailureException(
                    "Store " + name + " of the StoreLocator cannot be reached.", e);
        }
    }

    private static String quoted(Set<String> names) {
        return String.join(", ", names.stream().map(name -> "'" + name + "'").toList());
    }

    /** The transactions of one manager, and the data source under which Spring keeps their connection. */
    private final class Transactions {

        private final PlatformTransactionManager manager;
        private final TransactionGuard guard;
        private final TransactionPhases phases;
        private final JdbcTemplate joining;

        Transactions(PlatformTransactionManager manager, DataSource dataSource, TransactionPhases phases) {
            this.manager = manager;
            this.guard = new TransactionGuard(manager, dataSource);
            this.phases = phases;
            this.joining = new JdbcTemplate(dataSource);
        }

        /** The store in a database; with the names that lead to it, where routing does. */
        ReliableStore store(DataSource database, @Nullable String names) {
            StoreDialect dialect = dialects.of(database);
            IndependentTransactions independent = new IndependentTransactions(database);
            StoreSchema schema = new StoreSchema(database, independent, dialect);
            String id = schema.open(initialize);
            StoreRoute route = null;
            if (names != null) {
                schema.refuseReplica();
                route = new StoreRoute(names, id, schema.url());
            }
            return new JdbcReliableStore(
                    id,
                    manager,
                    guard,
                    phases,
                    new JdbcMessageLog(
                            joining, independent, guard, new MessageSql(dialect, route != null), application, route),
                    new JdbcBacklog(independent, new BacklogSql(dialect), application),
                    new JdbcConsumedKeys(joining, independent, guard, dialect, keyWait, route));
        }
    }
}
