package io.rmqtx.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** The broker restarts while a listener is at work: the message has its effect once, and the next ones come. */
class BrokerRestartTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKETMQ = EmbeddedRocketMqExtension.dedicated(broker -> {});

    @Test
    void aDeliveryThatOutlivesTheBrokerHasItsEffectOnceThoughItsAcknowledgementIsLost() throws Exception {
        ROCKETMQ.get().createTopic("restarted", 2);
        ROCKETMQ.get().createConsumerGroup("restarted-group");
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        try (TestDatabase database = TestDatabase.h2();
                Sender sender = new Sender(ROCKETMQ.nameServerAddress())) {
            ConsumerApp.createEffects(database);
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            PointsListener listener = new PointsListener(jdbc, (points, context) -> {
                if (context.messageId().equals("running")) {
                    entered.countDown();
                    assertThat(proceed.await(60, TimeUnit.SECONDS)).isTrue();
                }
            });
            try (ConsumerApp app =
                    app(database, listener).clients(LostAcknowledgements::in).start()) {
                sender.send("restarted", "running", "{\"orderId\":\"o\",\"amount\":1}");
                assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();

                ROCKETMQ.get().restartBroker();
                assertThat(app.events.consumed).isEmpty();
                proceed.countDown();

                await().atMost(LONG).until(() -> app.events.consumed.size() == 1);
                await().atMost(LONG).ignoreExceptions().until(() -> {
                    sender.send("restarted", "next", "{\"orderId\":\"n\",\"amount\":1}");
                    return true;
                });
                await().atMost(LONG).until(() -> app.events.consumed.size() == 2);
                assertThat(app.events.failures).isEmpty();
            }
            try (ConsumerApp app = app(database, listener).start()) {
                await().atMost(LONG).until(() -> app.events.duplicates.size() >= 2);
                assertThat(app.events.consumed).isEmpty();
            }
            assertThat(ConsumerApp.effects(jdbc, "running")).containsExactly("o");
            assertThat(ConsumerApp.effects(jdbc, "next")).containsExactly("n");
        } finally {
            proceed.countDown();
        }
    }

    private static ConsumerApp app(TestDatabase database, PointsListener listener) {
        return new ConsumerApp(database, ROCKETMQ.nameServerAddress())
                .property("test.topic", "restarted")
                .property("test.group", "restarted-group")
                .bean(listener);
    }
}
