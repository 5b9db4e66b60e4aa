package io.rmqtx.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** A service starts while RocketMQ is away, says so, and consumes when it is back. */
@ExtendWith(OutputCaptureExtension.class)
class BrokerAwayTest {

    private static final Duration LONG = Duration.ofSeconds(40);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKETMQ = EmbeddedRocketMqExtension.dedicated(broker -> {});

    @Test
    void startsWithoutABroker(CapturedOutput output) throws Exception {
        consumesAfter(
                "no-broker",
                "is started, but name server",
                output,
                () -> ROCKETMQ.get().stopBroker(),
                () -> ROCKETMQ.get().startBroker());
    }

    @Test
    void startsWithoutANameServer(CapturedOutput output) throws Exception {
        consumesAfter(
                "no-name-server",
                "could not start with name server",
                output,
                () -> ROCKETMQ.get().stopNameServer(),
                () -> ROCKETMQ.get().startNameServer());
    }

    private static void consumesAfter(String topic, String said, CapturedOutput output, Runnable away, Runnable back)
            throws Exception {
        ROCKETMQ.get().createTopic(topic, 2);
        ROCKETMQ.get().createConsumerGroup(topic + "-group");
        try (TestDatabase database = TestDatabase.h2()) {
            ConsumerApp.createEffects(database);
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            try (Sender sender = new Sender(ROCKETMQ.nameServerAddress())) {
                sender.send(topic, topic, "{\"orderId\":\"o\",\"amount\":1}");
            }
            away.run();
            try (ConsumerApp app = new ConsumerApp(database, ROCKETMQ.nameServerAddress())
                    .property("test.topic", topic)
                    .property("test.group", topic + "-group")
                    .bean(new PointsListener(jdbc, (points, context) -> {}))
                    .start()) {
                assertThat(output).containsOnlyOnce("Consumer group '" + topic + "-group' " + said);
                assertThat(app.events.consumed).isEmpty();
                back.run();
                await().atMost(LONG).until(() -> app.events.consumed.size() == 1);
            }
            assertThat(ConsumerApp.effects(jdbc, topic)).hasSize(1);
        }
    }
}
