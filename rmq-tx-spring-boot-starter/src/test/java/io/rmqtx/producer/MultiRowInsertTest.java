package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.NewMessage;
import io.rmqtx.ReliableMessageTemplate;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.AbortedMessageException;
import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.MessageIdGenerator;
import io.rmqtx.testing.StatementLog;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Several messages of one call cost one insert, and share its fate. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class MultiRowInsertTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private static final String INSERT = "INSERT INTO rmq_tx_message";

    @Parameter
    TestDatabaseKind kind;

    private TestDatabase database;
    private StatementLog statements;

    @BeforeEach
    void open() {
        database = TestDatabase.of(kind);
        statements = new StatementLog(database.dataSource());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private OrderService start(UnaryOperator<TestApp> settings) {
        return OrderService.start(ROCKET_MQ.get(), statements, settings);
    }

    @Test
    void severalAnnotationsOfAMethodAreOneInsert() {
        try (OrderService service = start(app -> app)) {
            service.orders.placeTwice(new Order("o1", 5));

            assertThat(inserts()).hasSize(1);
            assertThat(service.rows()).isEqualTo(2);
            await().until(() -> service.visible().size() == 2);
        }
    }

    @Test
    void aListIsOneInsertUpToTheBoundOfAStatement() {
        try (OrderService service = start(app -> app)) {
            send(service, 3);
            assertThat(inserts()).hasSize(1);
            assertThat(service.rows()).isEqualTo(3);

            send(service, 256);
            assertThat(inserts()).hasSize(2);

            send(service, 257);
            assertThat(inserts()).hasSize(4);
            assertThat(service.rows()).isEqualTo(3 + 256 + 257);
        }
    }

    @Test
    void ifOneRowIsRefusedNoneIsWrittenAlsoWhenTheTransactionCommits() {
        try (OrderService service = start(app -> app.singleton("ids", new TakenId(2)))) {
            fence(service);

            service.transaction().executeWithoutResult(outer -> {
                service.orders.jdbc().update("INSERT INTO orders (id, amount) VALUES ('o1', 5)");
                assertThatThrownBy(() -> template(service).send(messages(service, 3)))
                        .isInstanceOf(AbortedMessageException.class);
            });

            // PostgreSQL commits nothing of a transaction in which a statement has failed.
            assertThat(service.orders.count())
                    .as("the caller went on and committed")
                    .isEqualTo(kind == TestDatabaseKind.POSTGRESQL ? 0 : 1);
            assertThat(pending(service)).isZero();
            assertThat(service.events.halves).isEmpty();
        }
    }

    @Test
    void ifOneMessageOfACallIsFencedAllOfThemStartOnceMore() {
        try (OrderService service = start(app -> app.singleton("ids", new TakenId(2)))) {
            fence(service);

            service.orders.placeTwice(new Order("o1", 5));

            assertThat(service.events.restarts).hasSize(1);
            List<String> first = service.events.restarts.get(0);
            assertThat(first).hasSize(2).contains(TakenId.TAKEN);
            assertThat(service.status(first.get(0))).isEqualTo("none");
            await().until(() -> service.visible().size() == 2);
            await().until(() -> service.events.marked.size() == 2);
            assertThat(service.events.marked).doesNotContainAnyElementsOf(first);
            assertThat(service.orders.count()).isOne();
        }
    }

    private void send(OrderService service, int number) {
        service.transaction().executeWithoutResult(outer -> template(service).send(messages(service, number)));
    }

    private static ReliableMessageTemplate template(OrderService service) {
        return service.context.getBean(ReliableMessageTemplate.class);
    }

    private static List<NewMessage> messages(OrderService service, int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> NewMessage.of(service.topic, new Order("o" + i, 5)))
                .toList();
    }

    /** Without the fences of check-backs, which do not wait for a call that takes long. */
    private List<String> inserts() {
        return statements.executed(INSERT).stream()
                .filter(sql -> sql.contains("'PENDING'"))
                .toList();
    }

    private static int pending(OrderService service) {
        Integer rows = service.orders
                .jdbc()
                .queryForObject("SELECT COUNT(*) FROM rmq_tx_message WHERE status = 'PENDING'", Integer.class);
        return rows == null ? 0 : rows;
    }

    /** What a check-back writes when it finds no row. */
    private static void fence(OrderService service) {
        assertThat(service.orders
                        .jdbc()
                        .update(
                                "INSERT INTO rmq_tx_message (message_id, application, mode, status, topic,"
                                        + " next_attempt_at, created_at) VALUES (?, 'a', 'TRANSACTIONAL', 'ABORTED', ?, 1, 1)",
                                TakenId.TAKEN,
                                service.topic))
                .isOne();
    }

    /** Fault injector: the id of one message is fenced already. */
    private static final class TakenId implements MessageIdGenerator {

        static final String TAKEN = "taken";

        private final int which;
        private final AtomicInteger number = new AtomicInteger();

        TakenId(int which) {
            this.which = which;
        }

        @Override
        public MessageId next() {
            int next = number.incrementAndGet();
            return new MessageId(next == which ? TAKEN : TestApp.uniqueName("free"), Instant.now());
        }
    }
}
