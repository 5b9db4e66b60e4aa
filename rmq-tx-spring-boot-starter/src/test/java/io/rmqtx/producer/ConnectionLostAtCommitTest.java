package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.CuttingProxy;
import io.rmqtx.testing.CuttingProxy.Cut;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The connection breaks while the commit is under way: the outcome is unknown, so nothing is said to the broker, and its
 * check-back decides. The message is visible if, and only if, the row is there.
 */
class ConnectionLostAtCommitTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @ParameterizedTest
    @EnumSource(
            value = TestDatabaseKind.class,
            names = {"MARIADB", "POSTGRESQL"})
    void theCommitDidNotArrive(TestDatabaseKind kind) throws Exception {
        placeAndLose(kind, Cut.BEFORE_THE_COMMIT, (service, direct) -> {
            assertThat(count(direct, "orders")).isZero();
            await().atMost(Duration.ofSeconds(30)).until(() -> service.events.checks.stream()
                    .anyMatch(check -> check.answer() == CheckBackAnswer.ROLLBACK
                            && check.reason().startsWith("fenced")));
            assertThat(direct.queryForList("SELECT status FROM rmq_tx_message", String.class))
                    .containsExactly("ABORTED");
            assertThat(service.visible()).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = TestDatabaseKind.class,
            names = {"MARIADB", "POSTGRESQL"})
    void theAnswerDidNotArrive(TestDatabaseKind kind) throws Exception {
        placeAndLose(kind, Cut.BEFORE_THE_ANSWER, (service, direct) -> {
            assertThat(count(direct, "orders")).isOne();
            await().atMost(Duration.ofSeconds(30)).until(() -> service.visible().size() == 1);
            await().until(() -> direct.queryForList("SELECT status FROM rmq_tx_message", String.class)
                    .contains("PUBLISHED"));
            assertThat(service.events.checks).anyMatch(check -> check.answer() == CheckBackAnswer.COMMIT);
        });
    }

    private interface Then {
        void check(OrderService service, JdbcTemplate direct);
    }

    private static void placeAndLose(TestDatabaseKind kind, Cut cut, Then then) throws Exception {
        try (TestDatabase database = TestDatabase.of(kind);
                CuttingProxy proxy = new CuttingProxy(database);
                HikariDataSource pool = database.newPool(config -> config.setJdbcUrl(proxy.url(database)));
                OrderService service = OrderService.start(ROCKET_MQ.get(), pool, app -> app)) {
            service.orders.setBusiness(() -> proxy.cutNextCommit(cut));

            Throwable thrown = catchThrowable(() -> service.orders.place(new Order("o1", 5)));

            assertThat(thrown).as("the caller hears of it").isNotNull();
            assertThat(proxy.cuts()).isOne();
            assertThat(service.events.skipped)
                    .as("the call says nothing to the broker")
                    .containsExactly(service.events.halves.get(0).id().value());
            then.check(service, new JdbcTemplate(database.dataSource()));
        }
    }

    private static int count(JdbcTemplate jdbc, String table) {
        Integer count = jdbc.queryForObject("SELECT COUNT(*) FROM " + table, Integer.class);
        return count == null ? 0 : count;
    }
}
