package io.rmqtx.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** A consumer whose broker was away when it started hears what the broker says when it is back. */
@ExtendWith(OutputCaptureExtension.class)
class GroupAccessTest {

    private static final Duration LONG = Duration.ofSeconds(40);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKETMQ =
            EmbeddedRocketMqExtension.dedicated(broker -> broker.autoCreateConsumerGroups(false));

    @Test
    void aRefusalAfterTheStartIsSaidOnceAndSoIsItsEnd(CapturedOutput output) throws Exception {
        EmbeddedRocketMq rocketMq = ROCKETMQ.get();
        rocketMq.createTopic("late", 2);
        try (TestDatabase database = TestDatabase.h2()) {
            ConsumerApp.createEffects(database);
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            try (Sender sender = new Sender(ROCKETMQ.nameServerAddress())) {
                sender.send("late", "late", "{\"orderId\":\"o\",\"amount\":1}");
            }
            rocketMq.stopBroker();
            try (ConsumerApp app = new ConsumerApp(database, ROCKETMQ.nameServerAddress())
                    .property("test.topic", "late")
                    .property("test.group", "late-group")
                    .bean(new PointsListener(jdbc, (points, context) -> {}))
                    .start()) {
                rocketMq.startBroker();
                await().atMost(LONG).until(() -> output.getOut().contains("does not know consumer group 'late-group'"));
                rocketMq.createConsumerGroup("late-group");

                await().atMost(LONG).until(() -> output.getOut().contains("'late-group' may consume [late]"));
                await().atMost(LONG).until(() -> app.events.consumed.size() == 1);
                assertThat(output).containsOnlyOnce("does not know consumer group 'late-group'");
            }
        }
    }
}
