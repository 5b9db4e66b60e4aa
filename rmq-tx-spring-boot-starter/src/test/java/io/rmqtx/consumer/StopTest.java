package io.rmqtx.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageContext;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** A service that is stopped finishes the delivery that is running; what it has fetched, and not begun, is another's. */
class StopTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int MESSAGES = 5;

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKETMQ = EmbeddedRocketMqExtension.shared();

    @Test
    void theRunningDeliveryIsFinishedAndNoOtherBegins() throws Exception {
        ROCKETMQ.get().createTopic("stopped", 1);
        ROCKETMQ.get().createConsumerGroup("stopped-group");
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        try (TestDatabase database = TestDatabase.h2();
                Sender sender = new Sender(ROCKETMQ.nameServerAddress())) {
            ConsumerApp.createEffects(database);
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            for (int i = 0; i < MESSAGES; i++) {
                sender.send("stopped", "m" + i, "{\"orderId\":\"o\",\"amount\":1}");
            }
            PointsListener first = new PointsListener(jdbc, (points, context) -> {
                entered.countDown();
                assertThat(proceed.await(60, TimeUnit.SECONDS)).isTrue();
            });
            ConsumerApp app = app(database, first).start();
            assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Void> stop = CompletableFuture.runAsync(app::close, task -> new Thread(task).start());
            await().until(StopTest::isWaitedFor);
            proceed.countDown();
            stop.join();

            assertThat(first.calls).hasSize(1);
            assertThat(app.events.consumed).hasSize(1);
            assertThat(app.events.failures).isEmpty();
            PointsListener second = new PointsListener(jdbc, (points, context) -> {});
            try (ConsumerApp next = app(database, second).start()) {
                await().atMost(LONG).until(() -> next.events.consumed.size() == MESSAGES - 1);
            }
            assertThat(second.calls)
                    .as("to the broker none of them was an attempt")
                    .extracting(MessageContext::attempt)
                    .containsOnly(1);
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(ConsumerApp.effects(jdbc, "m" + i)).hasSize(1);
            }
        } finally {
            proceed.countDown();
        }
    }

    /** The container has closed its gate before it waits for what is running. */
    private static boolean isWaitedFor() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("rmq-tx-stop"))
                .flatMap(thread -> Arrays.stream(thread.getValue()))
                .anyMatch(frame -> frame.getMethodName().equals("awaitTermination"));
    }

    private static ConsumerApp app(TestDatabase database, PointsListener listener) {
        return new ConsumerApp(database, ROCKETMQ.nameServerAddress())
                .property("test.topic", "stopped")
                .property("test.group", "stopped-group")
                .property("rmq-tx.consumer.threads", 1)
                .property("rmq-tx.consumer.shutdown-wait", "30s")
                .bean(listener);
    }
}
