package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.FencedTransactionException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.RecordingListener;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** P3: after a check-back was answered with "roll back" that local transaction cannot commit. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class FencedTransactionTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Parameter
    TestDatabaseKind kind;

    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.of(kind);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static void awaitFence(AtomicReference<OrderService> service, String messageId) {
        await().atMost(Duration.ofSeconds(20)).until(() -> service.get().events.checks.stream()
                .anyMatch(check -> check.messageId().equals(messageId) && check.answer() == CheckBackAnswer.ROLLBACK));
    }

    @Test
    void aCallPausedBeyondTheCheckStartsOnceMoreUnderANewId() {
        AtomicReference<OrderService> running = new AtomicReference<>();
        AtomicInteger halves = new AtomicInteger();
        PausingTransport.Pause pause = half -> {
            if (halves.incrementAndGet() == 1) {
                awaitFence(running, half.id().value());
            }
        };
        try (OrderService service = OrderService.start(
                ROCKET_MQ.get(),
                database.dataSource(),
                app -> app.singleton("pause", PausingTransport.injecting(pause)))) {
            running.set(service);

            service.orders.place(new Order("o1", 5));

            await().until(() -> service.visible().size() == 1);
            assertThat(service.events.restarts).hasSize(1);
            String fenced = service.events.restarts.get(0).get(0);
            String second = service.events.halves.get(1).id().value();
            assertThat(service.status(fenced)).isEqualTo("ABORTED");
            assertThat(service.visible().get(0).property(MessageHeaders.MESSAGE_ID))
                    .isEqualTo(second);
            assertThat(service.orders.count()).isOne();
        }
    }

    @Test
    void aTransactionPausedBeyondTheChecksAnswerCannotCommit() {
        AtomicReference<OrderService> running = new AtomicReference<>();
        PausingTransport.Pause pause = half -> awaitFence(running, half.id().value());
        try (OrderService service = OrderService.start(
                ROCKET_MQ.get(),
                database.dataSource(),
                app -> app.singleton("pause", PausingTransport.injecting(pause)))) {
            running.set(service);

            assertThatThrownBy(() -> service.orders.place(new Order("o1", 5)))
                    .isInstanceOf(FencedTransactionException.class)
                    .hasMessageContaining(service.events.halves.get(1).id().value());

            assertThat(service.orders.count()).isZero();
            assertThat(service.visible()).isEmpty();
            assertThat(service.rows()).isZero();
            assertThat(service.events.halves).hasSize(2).allSatisfy(half -> assertThat(
                            service.status(half.id().value()))
                    .isEqualTo("ABORTED"));
        }
    }

    @Test
    void aCallOlderThanTheFenceIsKeptIsRefused() {
        RecordingListener events = new RecordingListener();
        PausingTransport.Pause pause = half -> await().pollDelay(Duration.ofMillis(80))
                .until(() -> half.id().createdAt().plusMillis(50).isBefore(java.time.Instant.now()));
        try (OrderService service = OrderService.start(
                ROCKET_MQ.get(), database.dataSource(), app -> app.singleton("pause", PausingTransport.injecting(pause))
                        .singleton("more", events)
                        .property("rmq-tx.producer.max-call-age", "20ms"))) {

            assertThatThrownBy(() -> service.orders.place(new Order("o1", 5)))
                    .isInstanceOf(FencedTransactionException.class)
                    .hasMessageContaining("rmq-tx.producer.max-call-age");

            assertThat(service.orders.count()).isZero();
            assertThat(service.rows()).isZero();
        }
    }
}
