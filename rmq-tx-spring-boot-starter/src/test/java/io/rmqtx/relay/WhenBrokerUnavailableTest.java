package io.rmqtx.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageIds;
import io.rmqtx.MessageSendException;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** TRANSACTIONAL calls while the broker is away, with {@code when-broker-unavailable: outbox}. */
class WhenBrokerUnavailableTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.dedicated(broker -> {});

    private final EmbeddedRocketMq broker = ROCKET_MQ.get();
    private TestDatabase database;
    private ShippingService service;

    @BeforeEach
    void start() {
        database = TestDatabase.mariaDb();
        service = start("outbox");
    }

    private ShippingService start(String whenUnavailable) {
        return ShippingService.start(broker, database.dataSource(), app -> app.property(
                        "rmq-tx.producer.when-broker-unavailable", whenUnavailable)
                .property("rmq-tx.producer.send-timeout", "1s")
                .property("rmq-tx.relay.dispatch-lease", "3s")
                .property("rmq-tx.relay.send-timeout", "1s")
                .property("rmq-tx.relay.max-retry-after", "1s"));
    }

    @AfterEach
    void stop() {
        broker.faults().reset();
        service.close();
        database.close();
    }

    private String shipTransactional(String id) {
        try (MessageIds ids = MessageIds.record()) {
            service.shipments.shipTransactional(id);
            return ids.single();
        }
    }

    private List<String> modes() {
        return service.jdbc().queryForList("SELECT mode FROM rmq_tx_message ORDER BY seq", String.class);
    }

    @Test
    void theCallGoesOnAndTheRelayPublishesWhenTheBrokerIsBack() {
        broker.stopBroker();

        String id = shipTransactional("s1");

        assertThat(modes()).containsExactly("OUTBOX");
        assertThat(service.events.outboxed).containsExactly(id);
        assertThat(service.statuses()).containsExactly("PENDING");
        broker.startBroker();
        await().atMost(LONG).until(() -> service.statuses().equals(List.of("PUBLISHED")));
        assertThat(service.visible()).singleElement().satisfies(message -> assertThat(message.property("rmqtx_id"))
                .isEqualTo(id));
        await().atMost(LONG).until(() -> {
            shipTransactional("later" + System.nanoTime());
            return modes().contains("TRANSACTIONAL");
        });
    }

    @Test
    void byDefaultTheCallFailsBeforeAnythingHappens() {
        service.close();
        service = start("fail");
        broker.stopBroker();

        assertThatThrownBy(() -> service.shipments.shipTransactional("s1")).isInstanceOf(MessageSendException.class);

        assertThat(service.statuses()).isEmpty();
        broker.startBroker();
    }

    /** Hole 7: under the id of the half message that timed out, the fence would kill the business. */
    @Test
    void aHalfMessageThatWasStoredAfterAllIsFencedAndDoesNotHarmTheCall() {
        broker.faults().dropSendAnswers(1);
        service.shipments.setBusiness(() -> await().atMost(LONG).until(() -> service.events.checks.stream()
                .anyMatch(check -> check.answer() == CheckBackAnswer.ROLLBACK)));

        String id = shipTransactional("s1");

        await().atMost(LONG).until(() -> service.count("PUBLISHED") == 1);
        assertThat(service.events.checks).extracting(check -> check.messageId()).doesNotContain(id);
        assertThat(service.count("ABORTED")).isEqualTo(1);
        assertThat(service.visible()).singleElement().satisfies(message -> assertThat(message.property("rmqtx_id"))
                .isEqualTo(id));
    }

    @Test
    void aCallThatJoinedGoesOnUnderItsIdBecauseItsRowIsThere() {
        broker.faults().dropSendAnswers(1);

        String id = service.transaction().execute(status -> shipTransactional("s1"));

        assertThat(modes()).containsExactly("OUTBOX");
        await().atMost(LONG).until(() -> service.statuses().equals(List.of("PUBLISHED")));
        // The half message that was stored is asked about, and dropped.
        await().atMost(LONG).until(() -> broker.pendingHalfMessages() == 0);
        assertThat(service.visible()).singleElement().satisfies(message -> assertThat(message.property("rmqtx_id"))
                .isEqualTo(id));
    }

    @Test
    void notEveryCallWaitsForTheTimeOut() {
        broker.faults().dropSends(FaultSwitches.ALWAYS);
        int before = broker.faults().seenHalfSends();

        for (int i = 0; i < 20; i++) {
            service.shipments.shipTransactional("s" + i);
        }

        assertThat(broker.faults().seenHalfSends() - before).isLessThanOrEqualTo(2);
        assertThat(modes()).hasSize(20).containsOnly("OUTBOX");
        broker.faults().reset();
        await().atMost(LONG).until(() -> service.count("PUBLISHED") == 20);
        assertThat(service.texts()).hasSize(20).doesNotHaveDuplicates();
    }
}
