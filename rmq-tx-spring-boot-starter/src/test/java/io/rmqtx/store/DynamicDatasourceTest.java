package io.rmqtx.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.baomidou.dynamic.datasource.DynamicRoutingDataSource;
import com.baomidou.dynamic.datasource.toolkit.DynamicDataSourceContextHolder;
import io.rmqtx.MessageMode;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.StoreRouteException;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.StoreLocator;
import io.rmqtx.store.StoreProperties.Initialize;
import io.rmqtx.testing.TestDatabaseKind;
import io.rmqtx.testing.TwoRegions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** dynamic-datasource, whose routing data source is not Spring's. */
final class DynamicDatasourceTest {

    private final TwoRegions databases = new TwoRegions(TestDatabaseKind.H2);
    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    private final DefaultReliableStores stores = new DefaultReliableStores(
            beans, new StoreDialects(List.of()), Initialize.ALWAYS, Duration.ofSeconds(1), "orders");
    private DynamicRoutingDataSource dynamic;

    @BeforeEach
    void open() {
        dynamic = new DynamicRoutingDataSource(
                List.of(() -> Map.of("master", databases.eu.dataSource(), "us", databases.us.dataSource())));
        dynamic.afterPropertiesSet();
        beans.registerSingleton("tx", new JdbcTransactionManager(dynamic));
    }

    @AfterEach
    void close() {
        DynamicDataSourceContextHolder.clear();
        databases.close();
    }

    @Test
    void isRefusedWithoutALocator() {
        assertThatThrownBy(() -> stores.open("tx"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll(
                        "com.baomidou.dynamic.datasource.ds.AbstractRoutingDataSource", "StoreLocator");
    }

    @Test
    void isFollowedByALocator() {
        beans.registerSingleton(
                "locator", StoreLocator.of(dynamic, dynamic.getDataSources(), DynamicDatasourceTest::currentName));
        ReliableStore master = stores.forTransactionManager("tx");
        DynamicDataSourceContextHolder.push("us");
        ReliableStore us = stores.forTransactionManager("tx");
        TransactionTemplate tx = new TransactionTemplate(us.transactionManager());

        tx.executeWithoutResult(status -> insert(us));

        assertThat(databases.count("us", "rmq_tx_message")).isOne();
        assertThat(databases.count("eu", "rmq_tx_message")).isZero();
        assertThatThrownBy(() -> tx.executeWithoutResult(status -> insert(master)))
                .isInstanceOf(StoreRouteException.class);
        assertThat(databases.count("us", "rmq_tx_message")).isOne();
    }

    private static void insert(ReliableStore store) {
        store.messages()
                .insert(List.of(StoreFixture.message()), MessageMode.TRANSACTIONAL, StoreFixture.HOUR, Duration.ZERO);
    }

    private static String currentName() {
        String name = DynamicDataSourceContextHolder.peek();
        return name == null || name.isEmpty() ? "master" : name;
    }
}
