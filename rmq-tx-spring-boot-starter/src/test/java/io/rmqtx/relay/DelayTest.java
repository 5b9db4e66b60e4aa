package io.rmqtx.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageOperations;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that consumers get later. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class DelayTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ =
            EmbeddedRocketMqExtension.dedicated(EmbeddedRocketMq.Builder::timerMessages);

    @Parameter
    TestDatabaseKind kind;

    private final EmbeddedRocketMq broker = ROCKET_MQ.get();
    private TestDatabase database;
    private ShippingService service;

    @BeforeEach
    void start() {
        database = TestDatabase.of(kind);
        service = ShippingService.start(
                broker, database.dataSource(), app -> app.property("rmq-tx.relay.flush-interval", "500ms")
                        .property("rmq-tx.relay.send-timeout", "1s")
                        .property("rmq-tx.relay.retry-after", "100ms"));
    }

    @AfterEach
    void stop() {
        broker.faults().reset();
        service.close();
        database.close();
    }

    private Instant visibleSince() {
        await().atMost(LONG).until(() -> service.visible().size() == 1);
        return service.visible().get(0).storedAt();
    }

    @Test
    void aDelayedMessageIsWithTheBrokerAtOnceAndWithConsumersWhenItsTimeHasCome() {
        Instant before = Instant.now();
        service.shipments.shipDelayed("s1");

        await().atMost(LONG).until(() -> service.statuses().equals(List.of("PUBLISHED")));
        assertThat(visibleSince()).isAfter(before.plusMillis(900));
        assertThat(service.texts()).containsExactly("s1");
    }

    @Test
    void aDelayedMessageWhoseAnswerIsLostIsFoundWhereItWaitsAndNotHandedOverAgain() {
        broker.faults().dropSendAnswers(1);
        service.shipments.shipDelayed("s1");

        await().atMost(LONG).until(() -> service.statuses().equals(List.of("PUBLISHED")));
        Instant unused = visibleSince();
        service.shipments.shipDelayed("s2");
        await().atMost(LONG).until(() -> service.texts().contains("s2"));
        assertThat(service.texts()).containsExactlyInAnyOrder("s1", "s2");
    }

    @Test
    void aTimeThatIsPastMeansAtOnce() {
        service.shipments.shipAt("s1", Instant.now().minusSeconds(600));

        Instant visible = visibleSince();

        assertThat(visible).isBefore(Instant.now().plusSeconds(1));
        assertThat(service.texts()).containsExactly("s1");
    }

    @Test
    void whatIsFarAwayWaitsInItsTableAndCanBeCancelled() {
        List<String> ids = service.shipments.sendAll(List.of(
                service.shipments.message("in a day").withDelay(Duration.ofHours(24)),
                service.shipments
                        .message("next year")
                        .withDeliverAt(Instant.now().plus(Duration.ofDays(365)))));
        service.shipments.ship("now");
        await().atMost(LONG).until(() -> service.count("PUBLISHED") == 1);
        assertThat(service.count("PENDING")).isEqualTo(2);

        service.context.getBean(MessageOperations.class).cancel(ids.get(1), "not needed any more");
        assertThat(service.count("CANCELLED")).isEqualTo(1);

        // Half a day later it is handed over to the broker, with the time that is left.
        Instant before = Instant.now();
        service.jdbc()
                .update(
                        "UPDATE rmq_tx_message SET next_attempt_at = ?, deliver_at = ? WHERE message_id = ?",
                        before.toEpochMilli(),
                        before.plusSeconds(2).toEpochMilli(),
                        ids.get(0));
        await().atMost(LONG).until(() -> service.count("PUBLISHED") == 2);
        await().atMost(LONG).until(() -> service.texts().contains("in a day"));
        assertThat(service.visible().stream()
                        .filter(message -> message.bodyAsString().equals("in a day"))
                        .findFirst()
                        .orElseThrow()
                        .storedAt())
                .isAfter(before.plusMillis(900));
        assertThat(service.texts()).doesNotContain("next year");
    }
}
