package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** A pool that hands out connections with auto-commit off: what nobody commits is gone when they come back. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class AutoCommitOffTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Parameter
    TestDatabaseKind kind;

    private TestDatabase database;
    private HikariDataSource pool;
    private JdbcTemplate committed;

    @BeforeEach
    void open() {
        database = TestDatabase.of(kind);
        committed = new JdbcTemplate(database.dataSource());
        new Orders(committed); // makes the table, which would be gone, too
        pool = database.newPool(config -> config.setAutoCommit(false));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private List<String> statuses() {
        return committed.queryForList("SELECT status FROM rmq_tx_message ORDER BY seq", String.class);
    }

    private void assertNothingIsLeftOpen() {
        await().until(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
        // Every row can be locked at once, so no transaction holds one.
        committed.setQueryTimeout(5);
        assertThat(committed.update("UPDATE rmq_tx_message SET attempts = attempts + 1"))
                .isEqualTo(statuses().size());
    }

    @Test
    void commitsAndMarks() {
        try (OrderService service = OrderService.start(ROCKET_MQ.get(), pool, app -> app)) {
            service.orders.place(new Order("o1", 5));

            await().until(() -> service.visible().size() == 1);
            await().until(() -> statuses().equals(List.of("PUBLISHED")));
            assertThat(committed.queryForList("SELECT id FROM orders", String.class))
                    .containsExactly("o1");
            assertNothingIsLeftOpen();
        }
    }

    @Test
    void rollsBack() {
        try (OrderService service = OrderService.start(ROCKET_MQ.get(), pool, app -> app)) {
            service.orders.setBusiness(() -> {
                throw new IllegalStateException("business says no");
            });

            assertThatThrownBy(() -> service.orders.place(new Order("o1", 5))).hasMessage("business says no");

            await().until(() -> service.events.ends.size() == 1);
            assertThat(statuses()).isEmpty();
            assertThat(service.visible()).isEmpty();
            assertNothingIsLeftOpen();
        }
    }

    @Test
    void answersACheckBackAndMarks() {
        try (OrderService service = OrderService.start(ROCKET_MQ.get(), pool, app -> app)) {
            ROCKET_MQ.get().faults().dropEndTransaction(1);

            service.orders.place(new Order("o1", 5));

            await().atMost(Duration.ofSeconds(20)).until(() -> statuses().equals(List.of("PUBLISHED")));
            assertThat(service.visible()).hasSize(1);
            assertNothingIsLeftOpen();
        }
    }

    @Test
    void fences() {
        AtomicReference<OrderService> running = new AtomicReference<>();
        PausingTransport.Pause pause = half -> {
            OrderService service = running.get();
            if (service.events.checks.isEmpty()) {
                await().atMost(Duration.ofSeconds(20)).until(() -> service.events.checks.stream()
                        .anyMatch(check -> check.answer() == CheckBackAnswer.ROLLBACK));
            }
        };
        try (OrderService service = OrderService.start(
                ROCKET_MQ.get(), pool, app -> app.singleton("pause", PausingTransport.injecting(pause)))) {
            running.set(service);

            service.orders.place(new Order("o1", 5));

            assertThat(service.events.restarts).hasSize(1);
            await().until(() -> statuses().equals(List.of("ABORTED", "PUBLISHED")));
            assertThat(service.visible()).hasSize(1);
            assertNothingIsLeftOpen();
        }
    }
}
