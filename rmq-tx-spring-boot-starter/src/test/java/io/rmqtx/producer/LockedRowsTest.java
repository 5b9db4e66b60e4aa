package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.testing.RecordingListener.End;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Business that meets other business in the database: the message follows its own transaction. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class LockedRowsTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private static final String TAKE = "UPDATE stock SET n = n - 1 WHERE id = ?";

    @Parameter
    TestDatabaseKind kind;

    private TestDatabase database;
    private OrderService service;

    @BeforeEach
    void start() {
        database = TestDatabase.of(kind);
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        jdbc.execute("CREATE TABLE stock (id INT PRIMARY KEY, n INT NOT NULL)");
        jdbc.update("INSERT INTO stock (id, n) VALUES (1, 10), (2, 10)");
        service = OrderService.start(
                ROCKET_MQ.get(), database.newPool(pool -> pool.setConnectionInitSql(lockTimeout(60))), app -> app);
    }

    @AfterEach
    void stop() {
        service.close();
        database.close();
    }

    @Test
    void theVictimOfADeadlockIsRolledBackAndTheOtherGoesOn() throws Exception {
        CyclicBarrier bothHold = new CyclicBarrier(2);
        AtomicInteger number = new AtomicInteger();
        service.orders.setBusiness(() -> {
            int first = number.incrementAndGet();
            service.orders.jdbc().update(TAKE, first);
            try {
                bothHold.await(20, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            service.orders.jdbc().update(TAKE, 3 - first);
        });

        CompletableFuture<Throwable> one = place("one");
        CompletableFuture<Throwable> two = place("two");

        Throwable victims = one.get(30, TimeUnit.SECONDS);
        Throwable others = two.get(30, TimeUnit.SECONDS);
        assertThat(victims == null).as("%s, %s", victims, others).isNotEqualTo(others == null);
        assertThat(victims == null ? others : victims).isInstanceOf(ConcurrencyFailureException.class);
        await().untilAsserted(() -> assertThat(service.events.ends).hasSize(2));
        assertThat(service.events.ends).extracting(End::decision).containsOnlyOnce(Decision.COMMIT, Decision.ROLLBACK);
        assertThat(service.events.ends).extracting(End::outcome).containsOnly(EndOutcome.ACKNOWLEDGED);
        assertThat(service.visible()).hasSize(1);
        assertThat(service.visible().get(0).bodyAsString()).contains(victims == null ? "one" : "two");
        assertThat(service.orders.count()).isOne();
        assertThat(service.rows()).isOne();
        assertThat(service.orders.jdbc().queryForList("SELECT n FROM stock", Integer.class))
                .containsExactly(9, 9);
    }

    @Test
    void aWaitForALockEndsInAMessage() throws Exception {
        AtomicInteger entered = new AtomicInteger();
        service.orders.setBusiness(() -> {
            entered.incrementAndGet();
            service.orders.jdbc().update(TAKE, 1);
        });
        CompletableFuture<Throwable> waiting;
        try (Connection other = database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().executeUpdate("UPDATE stock SET n = 5 WHERE id = 1");
            waiting = place("o1");
            await().until(() -> entered.get() == 1);
            // Its half message is checked meanwhile, and its own uncommitted row keeps the fence out.
            await().atMost(Duration.ofSeconds(20)).until(() -> !service.events.checks.isEmpty());
            assertThat(waiting).isNotDone();
            other.commit();
        }

        assertThat(waiting.get(30, TimeUnit.SECONDS)).isNull();
        await().until(() -> service.visible().size() == 1);
        assertThat(service.orders.jdbc().queryForObject("SELECT n FROM stock WHERE id = 1", Integer.class))
                .isEqualTo(4);
    }

    @Test
    void aWaitThatIsTooLongRollsBack() throws Exception {
        service.orders.setBusiness(() -> {
            service.orders.jdbc().execute(lockTimeout(1));
            service.orders.jdbc().update(TAKE, 1);
        });
        try (Connection other = database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().executeUpdate("UPDATE stock SET n = 5 WHERE id = 1");

            assertThat(place("o1").get(30, TimeUnit.SECONDS)).isNotNull();

            other.rollback();
        }
        await().untilAsserted(() -> assertThat(service.events.ends).hasSize(1));
        assertThat(service.events.ends.get(0).decision()).isEqualTo(Decision.ROLLBACK);
        assertThat(service.orders.count()).isZero();
        assertThat(service.visible()).isEmpty();
        assertThat(service.orders.jdbc().queryForList("SELECT status FROM rmq_tx_message", String.class))
                .isSubsetOf("ABORTED");
    }

    private String lockTimeout(int seconds) {
        return switch (kind) {
            case H2 -> "SET LOCK_TIMEOUT " + seconds * 1000;
            case MARIADB -> "SET SESSION innodb_lock_wait_timeout = " + seconds;
            case POSTGRESQL -> "SET lock_timeout = '" + seconds + "s'";
        };
    }

    private CompletableFuture<Throwable> place(String id) {
        return CompletableFuture.supplyAsync(
                () -> catchThrowable(() -> service.orders.place(new Order(id, 5))), task -> new Thread(task).start());
    }
}
