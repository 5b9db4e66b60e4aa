package io.rmqtx.embedded;

import static io.rmqtx.embedded.Clients.message;
import static io.rmqtx.embedded.Clients.unique;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IdleTest {

    private static final Duration WINDOW = Duration.ofSeconds(2);

    @RegisterExtension
    static final EmbeddedRocketMqExtension extension = EmbeddedRocketMqExtension.shared();

    @Test
    void noThreadSpinsOnceTransactionsAreIdle(EmbeddedRocketMq rocketMq) throws Exception {
        // A fresh broker: one of RocketMQ's spinning threads does so only in the first ten seconds.
        rocketMq.restartBroker();
        try (Clients clients = new Clients(rocketMq)) {
            String topic = unique("idle");
            rocketMq.createTopic(topic, 1);
            clients.transactional(topic, () -> LocalTransactionState.COMMIT_MESSAGE)
                    .sendMessageInTransaction(message(topic, "tx"), null);
            await().atMost(Duration.ofSeconds(10)).until(() -> rocketMq.count(topic) == 1);
            await().atMost(Duration.ofSeconds(5)).until(() -> rocketMq.pendingHalfMessages() == 0);

            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            Map<Long, Long> before = new HashMap<>();
            for (long id : threads.getAllThreadIds()) {
                before.put(id, threads.getThreadCpuTime(id));
            }
            await().pollDelay(WINDOW).atMost(WINDOW.multipliedBy(3)).until(() -> true);
            List<String> busy = new ArrayList<>();
            for (Map.Entry<Long, Long> thread : before.entrySet()) {
                long used = threads.getThreadCpuTime(thread.getKey()) - thread.getValue();
                if (used > WINDOW.toNanos() / 4) {
                    busy.add(threads.getThreadInfo(thread.getKey()).getThreadName() + " used " + used / 1_000_000
                            + " ms");
                }
            }
            assertEquals(List.of(), busy);
        }
    }
}
