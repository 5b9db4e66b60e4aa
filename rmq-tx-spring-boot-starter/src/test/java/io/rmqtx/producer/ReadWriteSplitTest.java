package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageIds;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.spi.StoreLocator;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabaseKind;
import io.rmqtx.testing.TwoRegions;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Read-only transactions go to a replica; what rmq-tx writes and asks goes to the primary alone. */
class ReadWriteSplitTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    /** "eu" is the primary, "us" its replica. */
    private TwoRegions databases;

    @BeforeEach
    void open() {
        databases = new TwoRegions(TestDatabaseKind.H2);
        for (DataSource database : new DataSource[] {databases.eu.dataSource(), databases.us.dataSource()}) {
            new ResourceDatabasePopulator(new ClassPathResource("io/rmqtx/sql/rmq-tx-h2.sql")).execute(database);
        }
        for (String each : new String[] {"eu", "us"}) {
            databases.jdbc(each).execute("CREATE TABLE orders (id VARCHAR(40) PRIMARY KEY, amount INT)");
            databases
                    .jdbc(each)
                    .update("INSERT INTO rmq_tx_store (id, store_id, schema_version, created_at)"
                            + " VALUES (1, 'as replicated', 1, 1)");
        }
        databases.jdbc("us").update("INSERT INTO orders (id, amount) VALUES ('on the replica', 1)");
    }

    @AfterEach
    void close() {
        databases.close();
    }

    /** The two ways in which Spring applications split. */
    enum Split {
        ROUTING {
            @Override
            UnaryOperator<TestApp> of(DataSource primary, DataSource replica) {
                DataSource routing = TwoRegions.routing(
                        Map.of("eu", primary, "replica", replica),
                        () -> TransactionSynchronizationManager.isCurrentTransactionReadOnly() ? "replica" : "eu");
                return app -> app.dataSource(new LazyConnectionDataSourceProxy(routing))
                        .singleton(
                                "storeLocator", StoreLocator.of(routing, Map.of("primary", primary), () -> "primary"));
            }
        },
        READ_ONLY_DATA_SOURCE {
            @Override
            UnaryOperator<TestApp> of(DataSource primary, DataSource replica) {
                LazyConnectionDataSourceProxy lazy = new LazyConnectionDataSourceProxy(primary);
                lazy.setReadOnlyDataSource(replica);
                return app -> app.dataSource(lazy);
            }
        };

        abstract UnaryOperator<TestApp> of(DataSource primary, DataSource replica);
    }

    private OrderService start(Split split) {
        UnaryOperator<TestApp> app = split.of(databases.eu.dataSource(), databases.us.dataSource());
        return OrderService.start(ROCKET_MQ.get(), databases.eu.dataSource(), app);
    }

    private TransactionTemplate readOnly(OrderService service) {
        TransactionTemplate readOnly = service.transaction();
        readOnly.setReadOnly(true);
        return readOnly;
    }

    @ParameterizedTest
    @EnumSource
    void rowsAndCheckBacksGoToThePrimary(Split split) {
        try (OrderService service = start(split)) {
            assertThat(readOnly(service).<Integer>execute(status -> service.orders.count()))
                    .as("the replica's orders")
                    .isOne();
            ROCKET_MQ.get().faults().dropEndTransaction(1);
            String id;
            try (MessageIds ids = MessageIds.record()) {
                service.orders.place(new Order("o1", 5));
                id = ids.single();
            }

            await().atMost(Duration.ofSeconds(20)).until(() -> service.visible().size() == 1);
            await().until(() -> service.status(id).equals("PUBLISHED"));
            assertThat(service.events.checks)
                    .extracting(check -> check.answer())
                    .contains(CheckBackAnswer.COMMIT)
                    .doesNotContain(CheckBackAnswer.ROLLBACK);
            assertThat(databases.count("eu", "rmq_tx_message")).isOne();
            assertThat(databases.count("us", "rmq_tx_message")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallInsideAReadOnlyTransactionIsRefused(Split split) {
        try (OrderService service = start(split)) {
            assertThatThrownBy(() ->
                            readOnly(service).executeWithoutResult(status -> service.orders.place(new Order("o1", 5))))
                    .isInstanceOf(IllegalTransactionStateException.class)
                    .hasMessageContaining("read-only");
            assertThat(service.events.halves).isEmpty();
            assertThat(databases.count("eu", "rmq_tx_message")).isZero();
            assertThat(databases.count("us", "rmq_tx_message")).isZero();

            readOnly(service).executeWithoutResult(status -> service.orders.placeInNewTransaction(new Order("o2", 5)));
            await().until(() -> service.visible().size() == 1);
            assertThat(databases.count("eu", "rmq_tx_message")).isOne();
            assertThat(databases.count("us", "rmq_tx_message")).isZero();
        }
    }
}
