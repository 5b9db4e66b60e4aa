package io.rmqtx.store;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.StoreDialect;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Opens a store when its transaction manager is first asked for: not before, because migrations may still have to
 * create the tables. What could not be opened is tried again by the next call.
 */
final class DefaultReliableStores implements ReliableStores {

    private final ListableBeanFactory beans;
    private final StoreDialects dialects;
    private final StoreProperties.Initialize initialize;
    private final Duration keyWait;
    private final String application;

    private final Map<String, ReliableStore> byName = new ConcurrentHashMap<>();
    private final Map<PlatformTransactionManager, ReliableStore> byManager = new ConcurrentHashMap<>();

    /** A lock rather than a monitor: opening talks to the database, which would pin a virtual thread's carrier. */
    private final ReentrantLock opening = new ReentrantLock();

    DefaultReliableStores(
            ListableBeanFactory beans,
            StoreDialects dialects,
            StoreProperties.Initialize initialize,
            Duration keyWait,
            String application) {
        this.beans = beans;
        this.dialects = dialects;
        this.initialize = initialize;
        this.keyWait = keyWait;
        this.application = application;
    }

    @Override
    public ReliableStore forTransactionManager(String transactionManager) {
        ReliableStore known = byName.get(transactionManager);
        return known == null ? resolve(transactionManager) : known;
    }

    @Override
    public Optional<ReliableStore> byId(String storeId) {
        return byManager.values().stream()
                .filter(store -> store.id().equals(storeId))
                .findFirst();
    }

    private ReliableStore resolve(String name) {
        PlatformTransactionManager manager = name.isEmpty() ? theOnlyOne() : named(name);
        opening.lock();
        try {
            ReliableStore store = byManager.get(manager);
            if (store == null) {
                store = open(manager, name.isEmpty() ? "(the only or primary one)" : "'" + name + "'");
                byManager.put(manager, store);
            }
            byName.put(name, store);
            return store;
        } finally {
            opening.unlock();
        }
    }

    private ReliableStore open(PlatformTransactionManager manager, String description) {
        DataSource dataSource = DataSources.of(manager, description);
        StoreDialect dialect = dialects.of(dataSource);
        IndependentTransactions independent = new IndependentTransactions(dataSource);
        String id = openSchema(new StoreSchema(dataSource, independent, dialect), description);
        TransactionGuard guard = new TransactionGuard(manager, dataSource);
        JdbcTemplate joining = new JdbcTemplate(dataSource);
        return new JdbcReliableStore(
                id,
                manager,
                guard,
                TransactionPhases.of(manager),
                new JdbcMessageLog(joining, independent, guard, new MessageSql(dialect), application),
                new JdbcConsumedKeys(joining, guard, dialect, keyWait));
    }

    private String openSchema(StoreSchema schema, String description) {
        try {
            return schema.open(initialize);
        } catch (RmqTxConfigurationException e) {
            throw new RmqTxConfigurationException(
                    e.description() + " That is the database of the transaction manager " + description + ".",
                    e.action(),
                    e);
        }
    }

    private PlatformTransactionManager theOnlyOne() {
        try {
            return beans.getBean(PlatformTransactionManager.class);
        } catch (NoUniqueBeanDefinitionException e) {
            throw new RmqTxConfigurationException(
                    "There are several transaction managers (" + names() + "), and none of them is primary.",
                    "Say which one by @ReliableMessage(transactionManager = ...), or mark one with @Primary.",
                    e);
        } catch (NoSuchBeanDefinitionException e) {
            throw new RmqTxConfigurationException(
                    "There is no transaction manager, so no local transaction that a message could belong to.",
                    "Configure a data source; Spring Boot then defines a JDBC transaction manager.",
                    e);
        }
    }

    private PlatformTransactionManager named(String name) {
        try {
            // Also by qualifier, as @Transactional does.
            return BeanFactoryAnnotationUtils.qualifiedBeanOfType(
                    (BeanFactory) beans, PlatformTransactionManager.class, name);
        } catch (NoSuchBeanDefinitionException e) {
            throw new RmqTxConfigurationException(
                    "There is no transaction manager '" + name + "'; there is " + names() + ".",
                    "Name one of these by @ReliableMessage(transactionManager = ...).",
                    e);
        }
    }

    private String names() {
        String[] names = BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, PlatformTransactionManager.class);
        return names.length == 0
                ? "none"
                : String.join(
                        ", ",
                        Arrays.stream(names).sorted().map(n -> "'" + n + "'").toList());
    }
}
