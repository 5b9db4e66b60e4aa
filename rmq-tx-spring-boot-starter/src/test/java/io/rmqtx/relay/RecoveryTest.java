package io.rmqtx.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageIds;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What is committed reaches the topic (P2), although the broker's own recovery does not bring it there. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class RecoveryTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.dedicated(broker -> {});

    @Parameter
    TestDatabaseKind kind;

    private final EmbeddedRocketMq broker = ROCKET_MQ.get();
    private TestDatabase database;
    private ShippingService service;

    @BeforeEach
    void open() {
        database = TestDatabase.of(kind);
        service = start("500ms");
    }

    private ShippingService start(String flushInterval) {
        return ShippingService.start(
                broker, database.dataSource(), app -> app.property("rmq-tx.producer.reconcile-delay", "2s")
                        .property("rmq-tx.relay.flush-interval", flushInterval)
                        .property("rmq-tx.relay.send-timeout", "1s")
                        .property("rmq-tx.relay.dispatch-lease", "3s")
                        .property("rmq-tx.relay.retry-after", "300ms")
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

    private void awaitPublished() {
        await().atMost(LONG).until(() -> service.statuses().equals(List.of("PUBLISHED")));
    }

    private void assertVisibleOnce(String messageId) {
        assertThat(service.visible())
                .extracting(message -> message.property("rmqtx_id"))
                .containsExactly(messageId);
    }

    @Test
    void aCommitThatIsLostTogetherWithAllCheckBacksIsMadeGoodByTheRelay() {
        broker.faults().dropChecks(FaultSwitches.ALWAYS);
        broker.faults().dropEndTransaction(1);

        String id = shipTransactional("s1");

        awaitPublished();
        assertVisibleOnce(id);
        assertThat(service.events.published).containsExactly(id);

        // The half message is still there; its check-back finds the message visible, and drops it.
        broker.faults().reset();
        await().atMost(LONG)
                .until(() -> service.events.ends.stream().anyMatch(end -> end.decision() == Decision.ROLLBACK)
                        || broker.pendingHalfMessages() == 0);
        assertVisibleOnce(id);
    }

    @Test
    void aHalfMessageThatTheBrokerLostIsMadeGoodByTheRelay() {
        broker.flush();
        broker.faults().dropEndTransaction(1);
        broker.faults().dropChecks(FaultSwitches.ALWAYS);
        String id = shipTransactional("s1");

        broker.killBroker();
        broker.startBroker();

        awaitPublished();
        assertVisibleOnce(id);
        assertThat(broker.pendingHalfMessages()).isZero();
    }

    /** Hole 9: a lost mark is no reason to send again. */
    @Test
    void aMessageThatIsVisibleIsNotSentAgainAndIsMarkedWhenItStaysVisible() {
        String id = shipTransactional("s1");
        awaitPublished();
        pretendThatTheMarkWasLost(id);
        int sends = broker.faults().seenSends();

        awaitPublished();

        assertVisibleOnce(id);
        assertThat(broker.faults().seenSends()).isEqualTo(sends);
        assertThat(service.events.published).containsExactly(id);
    }

    /** Hole 9's trap: seen is not acknowledged. */
    @Test
    void aMessageThatWasSeenButNotFlushedIsSentWhenTheBrokerLosesIt() {
        service.close();
        service = start("2s");
        broker.flush();
        String id = shipTransactional("s1");
        awaitPublished();
        pretendThatTheMarkWasLost(id);
        await().atMost(LONG).until(() -> "-5"
                .equals(service.jdbc().queryForObject("SELECT lease_owner FROM rmq_tx_message", String.class)));
        assertThat(service.statuses()).as("it was seen").containsExactly("PENDING");

        int sends = broker.faults().seenSends();
        broker.killBroker();
        broker.startBroker();

        awaitPublished();
        assertVisibleOnce(id);
        assertThat(broker.faults().seenSends()).as("the broker had lost it").isGreaterThan(sends);
    }

    private void pretendThatTheMarkWasLost(String id) {
        assertThat(service.jdbc()
                        .update(
                                "UPDATE rmq_tx_message SET status = 'PENDING', next_attempt_at = 0 WHERE message_id = ?",
                                id))
                .isOne();
    }

    @Test
    void aSendWhoseAnswerIsLostIsNotRepeatedAsLongAsTheMessageIsThere() {
        broker.faults().dropSendAnswers(1);

        service.shipments.ship("s1");

        awaitPublished();
        assertThat(service.texts()).containsExactly("shipped s1");
        assertThat(service.events.publishFailures).hasSize(1);
    }

    @Test
    void aSendThatWasLostIsRepeated() {
        broker.faults().dropSends(1);

        service.shipments.ship("s1");

        awaitPublished();
        assertThat(service.texts()).containsExactly("shipped s1");
    }

    @Test
    void whileTheBrokerCannotBeAskedNothingUncertainIsSent() {
        broker.faults().queryUnavailable(FaultSwitches.ALWAYS);
        broker.faults().dropSendAnswers(1);

        service.shipments.ship("s1");

        await().atMost(LONG).until(() -> broker.faults().seenQueries() >= 2);
        assertThat(service.statuses()).containsExactly("PENDING");
        broker.faults().reset();
        awaitPublished();
        assertThat(service.texts()).containsExactly("shipped s1");
    }

    @Test
    void whatAnInstanceWithoutARelayCommitsAnotherPublishes() {
        broker.faults().dropSends(FaultSwitches.ALWAYS);
        service.close();
        service = ShippingService.start(
                broker, database.dataSource(), app -> app.property("rmq-tx.relay.enabled", false));
        service.shipments.ship("s1");
        broker.faults().reset();
        assertThat(service.statuses()).containsExactly("PENDING");

        try (ShippingService other =
                ShippingService.instance(broker, service.topic, database.dataSource(), app -> app)) {
            await().atMost(LONG).until(() -> other.statuses().equals(List.of("PUBLISHED")));
            List<StoredMessage> visible = other.visible();
            assertThat(visible).hasSize(1);
        }
    }
}
