package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageIds;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The broker asks so many times, and then sets the half message aside without a word to anybody. The committed row still
 * says that its message is not known to be published, and the relay publishes it.
 */
class CheckBacksUsedUpTest {

    private static final int CHECKS = 2;
    private static final String SET_ASIDE = "TRANS_CHECK_MAX_TIME_TOPIC";
    private static final Duration LONG = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ =
            EmbeddedRocketMqExtension.dedicated(broker -> broker.transactionCheckMax(CHECKS));

    @Test
    void aMessageWhoseHalfTheBrokerGaveUpIsPublishedByTheRelay() {
        EmbeddedRocketMq broker = ROCKET_MQ.get();
        try (TestDatabase database = TestDatabase.h2();
                OrderService service = OrderService.start(
                        broker, database.dataSource(), app -> app.property("rmq-tx.producer.reconcile-delay", "1s")
                                .property("rmq-tx.relay.poll", "200ms")
                                .property("rmq-tx.relay.max-retry-after", "1s"))) {
            broker.faults().dropEndTransaction(1);
            // So that no check-back can be answered, and the relay must not send either: it cannot know.
            broker.faults().queryUnavailable(FaultSwitches.ALWAYS);
            String id;
            try (MessageIds ids = MessageIds.record()) {
                service.orders.place(new Order("o1", 5));
                id = ids.single();
            }

            await().atMost(LONG).until(() -> broker.messages(SET_ASIDE).size() == 1);
            assertThat(broker.messages(SET_ASIDE).get(0).property(MessageHeaders.MESSAGE_ID))
                    .isEqualTo(id);
            assertThat(service.visible()).isEmpty();
            assertThat(service.events.checks)
                    .as("questions that stayed unanswered")
                    .hasSize(CHECKS)
                    .allMatch(check -> check.messageId().equals(id) && check.answer() == CheckBackAnswer.UNKNOWN);
            broker.faults().reset();

            await().atMost(LONG).until(() -> service.status(id).strip().equals("PUBLISHED"));
            assertThat(service.visible()).singleElement().satisfies(message -> assertThat(
                            message.property(MessageHeaders.MESSAGE_ID))
                    .isEqualTo(id));
            assertThat(service.events.published).containsExactly(id);
        }
    }
}
