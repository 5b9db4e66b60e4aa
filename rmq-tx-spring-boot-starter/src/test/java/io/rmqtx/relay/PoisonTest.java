package io.rmqtx.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.IllegalMessageStateException;
import io.rmqtx.MessageOperations;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.spi.MessageStatus;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.util.List;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that can never be published end where an operator sees them, and never stop the others. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class PoisonTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ =
            EmbeddedRocketMqExtension.dedicated(broker -> broker.maxMessageSize(32 * 1024));

    @Parameter
    TestDatabaseKind kind;

    private final EmbeddedRocketMq broker = ROCKET_MQ.get();
    private TestDatabase database;
    private ShippingService service;
    private MessageOperations operations;
    private String otherTopic;

    @BeforeEach
    void start() {
        database = TestDatabase.of(kind);
        otherTopic = ShippingService.newTopic(broker);
        service =
                ShippingService.start(broker, database.dataSource(), app -> app.property("rmq-tx.relay.max-refusals", 3)
                        .property("rmq-tx.relay.retry-after", "100ms")
                        // So that nothing is made good by the table that should not have got lost in memory.
                        .property("rmq-tx.relay.dispatch-lease", "5m")
                        .property("rmq-tx.producer.topics", otherTopic));
        operations = service.context.getBean(MessageOperations.class);
    }

    @AfterEach
    void stop() {
        broker.faults().reset();
        service.close();
        database.close();
    }

    private String status(String id) {
        return operations.find(id).orElseThrow().status().name();
    }

    @Test
    void oneMessageThatIsTooLargeIsRefusedByItselfAndThoseBesideItPass() {
        byte[] noise = new byte[40 * 1024];
        new java.util.Random(3).nextBytes(noise);
        List<String> ids = service.shipments.sendAll(List.of(
                service.shipments.message("first"),
                service.shipments.message(noise),
                service.shipments.message("last")));

        await().atMost(LONG).until(() -> status(ids.get(1)).equals("DEAD"));
        await().until(() ->
                status(ids.get(0)).equals("PUBLISHED") && status(ids.get(2)).equals("PUBLISHED"));
        assertThat(service.texts()).containsExactlyInAnyOrder("first", "last");
        assertThat(service.events.dead).containsExactly(ids.get(1));
        assertThat(service.events.publishRefusals).hasSize(2);
        assertThat(operations.find(ids.get(1)).orElseThrow().lastError()).contains("code 13");
        assertThat(operations.find(ids.get(1)).orElseThrow().refusals()).isEqualTo(3);
    }

    @Test
    void aBatchThatTheBrokerRefusesIsSentOneByOne() {
        broker.faults().failSends(ResponseCode.MESSAGE_ILLEGAL, 1);
        List<String> ids = service.shipments.sendAll(List.of(
                service.shipments.message("one"),
                service.shipments.message("two"),
                service.shipments.message("three")));

        await().atMost(LONG).until(() -> ids.stream().allMatch(id -> status(id).equals("PUBLISHED")));
        assertThat(service.texts()).containsExactlyInAnyOrder("one", "two", "three");
    }

    @Test
    void aTopicThatIsForbiddenEndsDeadAndIsPublishedAgainWhenItIsAllowed() {
        broker.faults().failSendsTo(otherTopic, ResponseCode.NO_PERMISSION, FaultSwitches.ALWAYS);
        String forbidden = service.shipments
                .sendAll(List.of(io.rmqtx.NewMessage.of(otherTopic, "forbidden")))
                .get(0);
        service.shipments.ship("s1");

        await().atMost(LONG).until(() -> status(forbidden).equals("DEAD"));
        await().until(() -> service.texts().equals(List.of("shipped s1")));
        assertThat(operations.find(forbidden).orElseThrow().lastError()).contains("needs PUB");

        broker.faults().reset();
        operations.publishAgain(forbidden);
        await().atMost(LONG).until(() -> status(forbidden).equals("PUBLISHED"));
        assertThat(broker.messages(otherTopic))
                .singleElement()
                .satisfies(message -> assertThat(message.property("rmqtx_id")).isEqualTo(forbidden));
    }

    @Test
    void aDelayedMessageForABrokerWithoutTimersEndsDead() {
        service.shipments.shipDelayed("s1");

        await().atMost(LONG).until(() -> service.statuses().equals(List.of("DEAD")));
        assertThat(service.jdbc().queryForObject("SELECT last_error FROM rmq_tx_message", String.class))
                .contains("timer");
    }

    @Test
    void aTopicThatIsAwayDoesNotHoldUpAnother() {
        broker.faults().failSendsTo(otherTopic, ResponseCode.SYSTEM_BUSY, FaultSwitches.ALWAYS);
        for (int i = 0; i < 300; i++) {
            service.shipments.sendAll(List.of(io.rmqtx.NewMessage.of(otherTopic, "waits " + i)));
            if (i % 50 == 0) {
                service.shipments.ship("s" + i);
            }
        }

        await().atMost(LONG).until(() -> service.visible().size() == 6);
        assertThat(broker.messages(otherTopic)).isEmpty();
        broker.faults().reset();
        await().atMost(LONG).until(() -> service.count("PUBLISHED") == 306);
        assertThat(broker.messages(otherTopic)).hasSize(300);
    }

    @Test
    void rowsThatCannotBeReadEndDead() {
        service.close();
        try (ShippingService writer = ShippingService.instance(
                broker, service.topic, database.dataSource(), app -> app.property("rmq-tx.relay.enabled", false))) {
            writer.shipments.ship("s1");
            writer.shipments.ship("s2");
            writer.shipments.shipNext("a");
            writer.jdbc().update("UPDATE rmq_tx_message SET headers = '[1]' WHERE message_key = 's1'");
            writer.jdbc().update("UPDATE rmq_tx_message SET payload = NULL WHERE order_key = 'a'");
        }
        service = ShippingService.instance(broker, service.topic, database.dataSource(), app -> app);

        await().atMost(LONG).until(() -> service.statuses().equals(List.of("DEAD", "PUBLISHED", "DEAD")));
        assertThat(service.jdbc()
                        .queryForList(
                                "SELECT last_error FROM rmq_tx_message WHERE status = 'DEAD' ORDER BY seq",
                                String.class))
                .satisfiesExactly(headers -> assertThat(headers).contains("headers"), payload -> assertThat(payload)
                        .contains("payload"));
    }

    @Test
    void anOperatorChangesOnlyWhatIsInTheRightState() {
        service.shipments.ship("s1");
        await().until(() -> service.statuses().equals(List.of("PUBLISHED")));
        String id = service.jdbc().queryForObject("SELECT message_id FROM rmq_tx_message", String.class);

        assertThatThrownBy(() -> operations.publishAgain(id))
                .isInstanceOf(IllegalMessageStateException.class)
                .hasMessageContaining("PUBLISHED")
                .hasMessageContaining("DEAD");
        assertThatThrownBy(() -> operations.cancel(id, "no more")).isInstanceOf(IllegalMessageStateException.class);
        assertThatThrownBy(() -> operations.cancel(id, " ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> operations.publishAgain("no-such-message"))
                .isInstanceOf(IllegalMessageStateException.class)
                .hasMessageContaining("no-such-message");

        operations.publishOnceMore(id);
        await().atMost(LONG).until(() -> service.visible().size() == 2);
        assertThat(service.visible()).allMatch(message -> id.equals(message.property("rmqtx_id")));
        await().until(() -> operations.find(id).orElseThrow().status() == MessageStatus.PUBLISHED);
    }
}
