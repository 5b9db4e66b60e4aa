package io.rmqtx.store;

import io.rmqtx.RmqTxConfigurationException;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.util.ClassUtils;

/** Finds the data source of a transaction manager, under which Spring keeps the transaction's connection. */
final class DataSources {

    private static final boolean JPA = ClassUtils.isPresent(
            "org.springframework.orm.jpa.JpaTransactionManager", DataSources.class.getClassLoader());

    /** By simple name: Spring's own and that of dynamic-datasource, which is not a subclass of it; ShardingSphere. */
    private static final Set<String> ROUTING = Set.of("AbstractRoutingDataSource", "ShardingSphereDataSource");

    private DataSources() {}

    static DataSource of(PlatformTransactionManager manager, String description) {
        DataSource dataSource = find(manager);
        if (dataSource == null) {
            throw new RmqTxConfigurationException(
                    "The transaction manager " + description + " of type '"
                            + manager.getClass().getName() + "' has no JDBC data source.",
                    "Use a manager of one JDBC data source (JdbcTransactionManager, DataSourceTransactionManager, or"
                            + " JpaTransactionManager with its data source set).");
        }
        refuseRouting(dataSource, description);
        return dataSource;
    }

    private static @Nullable DataSource find(PlatformTransactionManager manager) {
        if (manager instanceof ResourceTransactionManager resources
                && resources.getResourceFactory() instanceof DataSource dataSource) {
            return dataSource;
        }
        return JPA ? Jpa.dataSource(manager) : null;
    }

    private static void refuseRouting(DataSource dataSource, String description) {
        DataSource current = dataSource;
        while (current != null) {
            String routing = routingClass(current);
            if (routing != null) {
                throw new RmqTxConfigurationException(
                        "The transaction manager " + description + " works on a routing data source (" + routing
                                + "), which is not supported: the database of a row could not be found again.",
                        "Define a transaction manager on the one data source that holds the tables of rmq-tx, and name"
                                + " it by @ReliableMessage(transactionManager = ...).");
            }
            current = current instanceof DelegatingDataSource delegating ? delegating.getTargetDataSource() : null;
        }
    }

    private static @Nullable String routingClass(DataSource dataSource) {
        for (Class<?> type = dataSource.getClass(); type != null; type = type.getSuperclass()) {
            if (ROUTING.contains(type.getSimpleName())) {
                return type.getName();
            }
        }
        return null;
    }

    /** Apart, so that the class is not loaded where spring-orm is missing. */
    private static final class Jpa {

        static @Nullable DataSource dataSource(PlatformTransactionManager manager) {
            Object target = AopProxyUtils.getSingletonTarget(manager);
            Object actual = target == null ? manager : target;
            return actual instanceof JpaTransactionManager jpa ? jpa.getDataSource() : null;
        }
    }
}
