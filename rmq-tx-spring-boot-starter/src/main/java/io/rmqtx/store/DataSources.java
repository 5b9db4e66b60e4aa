package io.rmqtx.store;

import io.rmqtx.RmqTxConfigurationException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeansException;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.ResourceTransactionManager;
import org.springframework.util.ClassUtils;

/** Knows data sources: which one a transaction manager works on, what one wraps, and which ones route. */
final class DataSources {

    private static final boolean JPA = ClassUtils.isPresent(
            "org.springframework.orm.jpa.JpaTransactionManager", DataSources.class.getClassLoader());

    /** The setting of Hibernate (6 and 7) that makes it multi-tenant by connections. */
    static final String TENANTS = "hibernate.multi_tenant_connection_provider";

    /** By simple name: Spring's own and that of dynamic-datasource, which is not a subclass of it. */
    private static final String ROUTING = "AbstractRoutingDataSource";

    /** For what hides behind a wrapper of an unknown kind, which may answer {@code isWrapperFor}. */
    private static final List<String> WRAPPED_ROUTING = List.of(
            "org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource",
            "com.baomidou.dynamic.datasource.ds.AbstractRoutingDataSource");

    private static final String SHARDING_SPHERE =
            "org.apache.shardingsphere.driver.jdbc.core.datasource.ShardingSphereDataSource";

    private static final String SHARDING_SPHERE_URL = "jdbc:shardingsphere:";

    private DataSources() {}

    /** The data source under which Spring keeps the connection of the manager's transactions. */
    static DataSource of(PlatformTransactionManager manager, String description) {
        DataSource dataSource = find(manager);
        if (dataSource == null) {
            throw new RmqTxConfigurationException(
                    "The transaction manager " + description + " of type '"
                            + manager.getClass().getName() + "' has no JDBC data source.",
                    "Use a manager of one JDBC data source (JdbcTransactionManager, DataSourceTransactionManager, or"
                            + " JpaTransactionManager with its data source set).");
        }
        return dataSource;
    }

    private static @Nullable DataSource find(PlatformTransactionManager manager) {
        if (manager instanceof ResourceTransactionManager resources
                && resources.getResourceFactory() instanceof DataSource dataSource) {
            return dataSource;
        }
        return JPA ? Jpa.dataSource(manager) : null;
    }

    /** Whether Hibernate asks a provider of its own for connections, one for each tenant. */
    static boolean isMultiTenant(PlatformTransactionManager manager) {
        Object target = AopProxyUtils.getSingletonTarget(manager);
        Object actual = target == null ? manager : target;
        return actual instanceof ResourceTransactionManager resources
                && propertiesOf(resources.getResourceFactory()).get(TENANTS) != null;
    }

    /** By reflection, because the type need not be there. */
    private static Map<?, ?> propertiesOf(Object factory) {
        try {
            Class<?> type = ClassUtils.forName(
                    "jakarta.persistence.EntityManagerFactory",
                    factory.getClass().getClassLoader());
            return type.isInstance(factory)
                            && type.getMethod("getProperties").invoke(factory) instanceof Map<?, ?> found
                    ? found
                    : Map.of();
        } catch (ReflectiveOperationException | LinkageError e) {
            return Map.of(); // no JPA
        }
    }

    /** The data source and what it wraps, from the outside to the inside, as far as that can be seen. */
    static List<DataSource> layers(DataSource dataSource) {
        List<DataSource> layers = new ArrayList<>();
        for (DataSource layer = dataSource; layer != null; layer = within(layer)) {
            layers.add(layer);
        }
        return layers;
    }

    private static @Nullable DataSource within(DataSource dataSource) {
        if (AopProxyUtils.getSingletonTarget(dataSource) instanceof DataSource target) {
            return target;
        }
        return dataSource instanceof DelegatingDataSource delegating ? delegating.getTargetDataSource() : null;
    }

    /** The class that makes it, or something it wraps, a routing data source; null if there is none. */
    static @Nullable String routingClass(DataSource dataSource) {
        List<DataSource> layers = layers(dataSource);
        for (DataSource layer : layers) {
            for (Class<?> type = layer.getClass(); type != null; type = type.getSuperclass()) {
                if (type.getSimpleName().equals(ROUTING)) {
                    return type.getName();
                }
            }
        }
        return WRAPPED_ROUTING.stream()
                .filter(name -> isWrapperFor(layers.get(layers.size() - 1), name))
                .findFirst()
                .orElse(null);
    }

    /** Whether statements go through ShardingSphere: by its data source, or by a pool of its driver's connections. */
    static boolean isShardingSphere(DataSource dataSource) {
        return layers(dataSource).stream()
                .anyMatch(layer -> layer.getClass().getName().equals(SHARDING_SPHERE)
                        || isWrapperFor(layer, SHARDING_SPHERE)
                        || isShardingSphereUrl(layer, "jdbcUrl")
                        || isShardingSphereUrl(layer, "url"));
    }

    /** Pools have their URL as a property, under one of two names; a connection would tell the database's own. */
    private static boolean isShardingSphereUrl(DataSource dataSource, String property) {
        BeanWrapper bean = PropertyAccessorFactory.forBeanPropertyAccess(dataSource);
        try {
            return bean.isReadableProperty(property)
                    && bean.getPropertyValue(property) instanceof String url
                    && url.startsWith(SHARDING_SPHERE_URL);
        } catch (BeansException e) {
            return false; // cannot tell; then it is taken for what it looks like
        }
    }

    private static boolean isWrapperFor(DataSource dataSource, String className) {
        try {
            return dataSource.isWrapperFor(
                    ClassUtils.forName(className, dataSource.getClass().getClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            return false; // not used in this application
        } catch (SQLException | RuntimeException e) {
            return false; // cannot tell; then it is taken for what it looks like
        }
    }

    /** Without the proxies that would hand out the connection of the thread's transaction. */
    static DataSource outsideTransactions(DataSource dataSource) {
        DataSource current = dataSource;
        while (current instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null) {
            current = proxy.getTargetDataSource();
        }
        return current;
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
