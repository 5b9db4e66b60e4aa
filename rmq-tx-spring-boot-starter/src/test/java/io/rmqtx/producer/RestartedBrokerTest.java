package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Which half messages were ended the broker keeps in memory for some seconds: after a crash it asks about committed
 * messages again.
 */
class RestartedBrokerTest {

    private static final int ORDERS = 5;

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.dedicated(
            broker -> broker.customizeBroker(config -> config.setTransactionOpBatchInterval(600_000)));

    @Test
    void whatItAsksAgainIsVisibleAndNotPublishedTwice() {
        EmbeddedRocketMq broker = ROCKET_MQ.get();
        try (TestDatabase database = TestDatabase.h2();
                OrderService service = OrderService.start(broker, database)) {
            for (int i = 0; i < ORDERS; i++) {
                service.orders.place(new Order("o" + i, 5));
            }
            await().until(() -> service.visible().size() == ORDERS);
            await().until(() -> service.events.marked.size() == ORDERS);
            broker.flush();

            broker.killBroker();
            broker.startBroker();

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> service.events.checks.stream()
                                    .filter(check -> check.answer() == CheckBackAnswer.ROLLBACK
                                            && check.reason().startsWith("visible already"))
                                    .map(check -> check.messageId())
                                    .distinct()
                                    .count()
                            == ORDERS);
            assertThat(service.visible()).hasSize(ORDERS);
            assertThat(service.events.checks).noneMatch(check -> check.answer() == CheckBackAnswer.COMMIT);
        }
    }
}
