package io.rmqtx.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.MessageMode;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.StoreDialect;
import io.rmqtx.store.StoreProperties.Initialize;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

final class ReliableStoresTest {

    private final TestDatabase orders = TestDatabase.h2();
    private final TestDatabase points = TestDatabase.h2();
    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    private final DefaultReliableStores stores = stores(List.of());

    private DefaultReliableStores stores(List<StoreDialect> own) {
        return new DefaultReliableStores(
                beans, new StoreDialects(own), Initialize.EMBEDDED, Duration.ofSeconds(1), "orders");
    }

    private void manager(String name, DataSource dataSource, boolean primary) {
        RootBeanDefinition definition =
                new RootBeanDefinition(PlatformTransactionManager.class, () -> new JdbcTransactionManager(dataSource));
        definition.setPrimary(primary);
        beans.registerBeanDefinition(name, definition);
    }

    @AfterEach
    void close() {
        orders.close();
        points.close();
    }

    @Test
    void withoutAManagerItSaysSoOnlyWhenAsked() {
        assertThat(stores.byId("unknown")).isEmpty();
        assertThatThrownBy(() -> stores.forTransactionManager(""))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll("no transaction manager", "data source");
    }

    @Test
    void severalManagersNeedAPrimaryOneOrAName() {
        manager("ordersTx", orders.dataSource(), false);
        manager("pointsTx", points.dataSource(), false);

        assertThatThrownBy(() -> stores.forTransactionManager(""))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll(
                        "'ordersTx', 'pointsTx'", "@ReliableMessage(transactionManager = ...)", "@Primary");
        assertThatThrownBy(() -> stores.forTransactionManager("typo"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll("'typo'", "'ordersTx', 'pointsTx'");
    }

    @Test
    void eachManagerHasItsOwnStore() {
        manager("ordersTx", orders.dataSource(), true);
        manager("pointsTx", points.dataSource(), false);

        ReliableStore first = stores.forTransactionManager("");
        ReliableStore second = stores.forTransactionManager("pointsTx");

        assertThat(stores.forTransactionManager("ordersTx")).isSameAs(first);
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(stores.byId(second.id())).containsSame(second);
        assertThat(stores.byId(first.id())).containsSame(first);
        new TransactionTemplate(first.transactionManager()).executeWithoutResult(status -> {
            assertThat(first.isTransactionActive()).isTrue();
            assertThat(second.isTransactionActive()).isFalse();
            // Fetched inside another manager's transaction, a connection commits by itself.
            DataSourceUtils.getConnection(points.dataSource());
            assertThat(second.isTransactionActive()).isFalse();
            assertThatThrownBy(() -> second.messages()
                            .insert(
                                    List.of(StoreFixture.message()),
                                    MessageMode.OUTBOX,
                                    StoreFixture.HOUR,
                                    Duration.ZERO))
                    .isInstanceOf(IllegalStateException.class);
        });
        assertThat(first.isTransactionActive()).isFalse();
    }

    @Test
    void knowsThatSupportsIsNoTransaction() {
        manager("tx", orders.dataSource(), false);
        ReliableStore store = stores.forTransactionManager("");
        TransactionTemplate supports = new TransactionTemplate(store.transactionManager());
        supports.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);

        supports.executeWithoutResult(status -> {
            new JdbcTemplate(orders.dataSource()).queryForObject("SELECT 1", Integer.class);
            assertThat(store.isTransactionActive()).isFalse();
        });
    }

    @Test
    void askingForTheTransactionDoesNotChangeIt() {
        manager("tx", orders.dataSource(), false);
        ReliableStore store = stores.forTransactionManager("");
        new TransactionTemplate(store.transactionManager()).executeWithoutResult(status -> {
            status.setRollbackOnly();
            assertThat(store.isTransactionActive()).isTrue();
        });
        new TransactionTemplate(store.transactionManager())
                .executeWithoutResult(
                        status -> assertThat(store.isTransactionActive()).isTrue());
    }

    @Test
    void refusesARoutingDataSourceWithoutALocatorAlsoBehindAProxy() {
        AbstractRoutingDataSource routing = new AbstractRoutingDataSource() {
            @Override
            protected Object determineCurrentLookupKey() {
                return "a";
            }
        };
        routing.setTargetDataSources(Map.of("a", orders.dataSource()));
        routing.afterPropertiesSet();
        manager("tx", new LazyConnectionDataSourceProxy(routing), false);

        assertThatThrownBy(() -> stores.forTransactionManager("tx"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll("'tx'", "routing data source", "StoreLocator");
    }

    @Test
    void refusesAManagerWithoutADataSource() {
        beans.registerSingleton("jmsTx", new NoDatabase());

        assertThatThrownBy(() -> stores.forTransactionManager(""))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll("no JDBC data source", NoDatabase.class.getName());
    }

    @Test
    void namesTheDatabasesItKnows() {
        assertThatThrownBy(() -> new StoreDialects(List.of()).ofProduct("Oracle"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll("'Oracle'", "MySQL", "MariaDB", "PostgreSQL", "H2", "StoreDialect");
    }

    @Test
    void hidesWhatAJdbcUrlMayHoldOfSecrets() {
        assertThat(StoreSchema.withoutSecrets("jdbc:mysql://user:secret@db:3306/shop?password=secret"))
                .isEqualTo("jdbc:mysql://db:3306/shop");
        assertThat(StoreSchema.withoutSecrets("jdbc:h2:mem:x;PASSWORD=secret")).isEqualTo("jdbc:h2:mem:x");
    }

    private static final class NoDatabase extends AbstractPlatformTransactionManager {

        private static final long serialVersionUID = 1L;

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {}

        @Override
        protected void doCommit(DefaultTransactionStatus status) {}

        @Override
        protected void doRollback(DefaultTransactionStatus status) {}
    }
}
