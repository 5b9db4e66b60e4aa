package io.rmqtx.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.StoreRouteException;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.StoreLocator;
import io.rmqtx.store.StoreProperties.Initialize;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import io.rmqtx.testing.TwoRegions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Which databases a locator may name, and how they are found. */
final class RoutedStoresTest {

    private final TwoRegions regions = new TwoRegions(TestDatabaseKind.H2);
    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

    @AfterEach
    void close() {
        regions.close();
    }

    private DefaultReliableStores stores(DataSource ofManager, Initialize initialize, StoreLocator... locators) {
        beans.registerSingleton("tx", new JdbcTransactionManager(ofManager));
        for (StoreLocator locator : locators) {
            beans.registerSingleton("locator" + beans.getSingletonCount(), locator);
        }
        return new DefaultReliableStores(
                beans, new StoreDialects(List.of()), initialize, Duration.ofSeconds(1), "orders");
    }

    private DefaultReliableStores stores(StoreLocator... locators) {
        return stores(regions.routing, Initialize.ALWAYS, locators);
    }

    private void assertRefused(DefaultReliableStores stores, String... texts) {
        assertThatThrownBy(() -> stores.open("tx"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll(texts);
    }

    private StoreLocator naming(Map<String, DataSource> stores) {
        return StoreLocator.of(regions.routing, stores, () -> "eu");
    }

    @Test
    void aRouteLeadsToItsStoreAndAnIdentityToIt() {
        DefaultReliableStores stores = stores(regions.locator());
        stores.open("tx"); // without a region

        TwoRegions.travel("eu");
        ReliableStore eu = stores.forTransactionManager("tx");
        TwoRegions.travel("us");
        ReliableStore us = stores.forTransactionManager("tx");

        assertThat(eu.id()).isEqualTo(identity(regions.eu.dataSource()));
        assertThat(us.id()).isEqualTo(identity(regions.us.dataSource()));
        assertThat(stores.byId(eu.id())).containsSame(eu);
        assertThat(stores.byId(us.id())).containsSame(us);
        assertThat(stores.byId("another environment's")).isEmpty();
        assertThat(eu.transactionManager()).isSameAs(us.transactionManager());
    }

    private static @Nullable String identity(DataSource dataSource) {
        return new JdbcTemplate(dataSource).queryForObject("SELECT store_id FROM rmq_tx_store", String.class);
    }

    @Test
    void aRouteWithoutAStoreIsAnError() {
        DefaultReliableStores stores = stores(regions.locator());
        TwoRegions.travel("mars");
        assertThatThrownBy(() -> stores.forTransactionManager("tx"))
                .isInstanceOf(StoreRouteException.class)
                .hasMessageContainingAll("'mars'", "'eu', 'us'", "stores()");
    }

    @Test
    void refusesARoutingDataSourceWithoutALocator() {
        assertRefused(stores(), "'tx'", "routing data source", "io.rmqtx.spi.StoreLocator", "StoreLocator.of(");
    }

    @Test
    void seesARoutingDataSourceBehindProxies() {
        DataSource lazy = new LazyConnectionDataSourceProxy(regions.routing);
        ProxyFactory aop = new ProxyFactory(lazy);
        aop.setProxyTargetClass(true);
        assertThat(DataSources.routingClass((DataSource) aop.getProxy())).contains("AbstractRoutingDataSource");
        assertThat(DataSources.routingClass(new ForeignWrapper(lazy))).contains("AbstractRoutingDataSource");
        assertThat(DataSources.routingClass(new ForeignWrapper(regions.eu.dataSource())))
                .isNull();
    }

    @Test
    void theLocatorMayNameWhatTheManagersDataSourceWraps() {
        DefaultReliableStores stores =
                stores(new LazyConnectionDataSourceProxy(regions.routing), Initialize.ALWAYS, regions.locator());
        TwoRegions.travel("us");
        assertThat(stores.forTransactionManager("tx").id()).isEqualTo(identity(regions.us.dataSource()));
    }

    @Test
    void aRoutingDataSourceOfAnUnknownKindIsRoutedWhereALocatorSaysSo() {
        DataSource homeMade = new ForeignWrapper(regions.eu.dataSource());
        DefaultReliableStores stores = stores(
                homeMade,
                Initialize.ALWAYS,
                StoreLocator.of(homeMade, Map.of("us", regions.us.dataSource()), () -> "us"));
        assertThat(stores.forTransactionManager("tx").id()).isEqualTo(identity(regions.us.dataSource()));
    }

    @Test
    void refusesALocatorOfAnotherDataSourceAndSeveral() {
        StoreLocator other = StoreLocator.of(regions.eu.dataSource(), Map.of(), () -> "eu");
        assertRefused(stores(other), "'tx'", "routing() of every StoreLocator", "is another one");

        beans.registerSingleton("second", regions.locator());
        beans.registerSingleton("third", regions.locator());
        assertRefused(
                new DefaultReliableStores(
                        beans, new StoreDialects(List.of()), Initialize.ALWAYS, Duration.ofSeconds(1), "orders"),
                "'tx'",
                "several StoreLocators");
    }

    @Test
    void refusesAStoreWithoutTablesAndNamesIt() {
        stores(regions.eu.dataSource(), Initialize.ALWAYS).open("tx");
        beans.destroySingletons();

        assertRefused(
                stores(regions.routing, Initialize.NEVER, regions.locator()),
                "Store 'us'",
                "rmq_tx_message",
                "rmq-tx-h2.sql");
    }

    @Test
    void namesTheStoreThatCannotBeReached() {
        DataSource away = new DriverManagerDataSource("jdbc:h2:tcp://127.0.0.1:1/away");
        assertThatThrownBy(() -> stores(naming(Map.of("eu", regions.eu.dataSource(), "us", away)))
                        .open("tx"))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("Store 'us'");
    }

    @Test
    void refusesADatabaseThatCannotBeWritten(@TempDir Path directory) {
        String url = "jdbc:h2:file:" + directory.resolve("replica");
        DataSource writable = new DriverManagerDataSource(url, "sa", "");
        stores(writable, Initialize.ALWAYS).open("tx");
        beans.destroySingletons();

        DataSource replica = new DriverManagerDataSource(url + ";ACCESS_MODE_DATA=r", "sa", "");
        assertRefused(
                stores(regions.routing, Initialize.NEVER, naming(Map.of("eu", replica))),
                "Store 'eu'",
                "cannot be written",
                "replica");
    }

    @Test
    void refusesTwoDatabasesWithOneIdentity() {
        try (TestDatabase copy = TestDatabase.h2()) {
            stores(regions.eu.dataSource(), Initialize.ALWAYS).open("tx");
            beans.destroySingletons();
            stores(copy.dataSource(), Initialize.ALWAYS).open("tx");
            beans.destroySingletons();
            new JdbcTemplate(copy.dataSource())
                    .update("UPDATE rmq_tx_store SET store_id = ?", identity(regions.eu.dataSource()));

            assertRefused(
                    stores(naming(Map.of("eu", regions.eu.dataSource(), "eu-replica", copy.dataSource()))),
                    "'eu' and 'eu-replica'",
                    String.valueOf(identity(regions.eu.dataSource())),
                    "Name only the primary");
        }
    }

    @Test
    void severalNamesMayShareADataSource() {
        DataSource shared = regions.eu.dataSource();
        DefaultReliableStores stores =
                stores(naming(Map.of("eu", shared, "tenant-2", new TransactionAwareDataSourceProxy(shared))));
        assertThat(stores.forTransactionManager("tx").id()).isEqualTo(identity(shared));
    }

    @Test
    void refusesALocatorWithoutStoresAndWithARoutingOne() {
        assertRefused(stores(naming(Map.of())), "names no store", "StoreLocator.stores()");
        beans.destroySingletons();
        assertRefused(stores(naming(Map.of("eu", regions.routing))), "'eu'", "routing data source itself");
    }

    @Test
    void refusesShardingSphereWhateverALocatorSays() {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl("jdbc:shardingsphere:classpath:sharding.yaml");
        DataSource lazy = new LazyConnectionDataSourceProxy(pool);
        assertRefused(
                stores(
                        lazy,
                        Initialize.NEVER,
                        StoreLocator.of(lazy, Map.of("eu", regions.eu.dataSource()), () -> "eu")),
                "ShardingSphere",
                "transactionManager = ...");
        beans.destroySingletons();
        assertRefused(stores(naming(Map.of("eu", pool))), "ShardingSphere");
    }

    /** What a monitoring or pooling library puts round a data source: not a Spring class, but one that unwraps. */
    private static final class ForeignWrapper implements DataSource {

        private final DataSource wrapped;

        ForeignWrapper(DataSource wrapped) {
            this.wrapped = wrapped;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return wrapped.getConnection();
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return wrapped.getConnection(user, password);
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            return type.isInstance(wrapped) ? type.cast(wrapped) : wrapped.unwrap(type);
        }

        @Override
        public boolean isWrapperFor(Class<?> type) throws SQLException {
            return type.isInstance(wrapped) || wrapped.isWrapperFor(type);
        }

        @Override
        public @Nullable PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(@Nullable PrintWriter out) {}

        @Override
        public void setLoginTimeout(int seconds) {}

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }
    }
}
