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
 * says that its message is not known to be published.
 */
class CheckBacksUsedUpTest {

    private static final int CHECKS = 2;
    private static final String SET_ASIDE = "TRANS_CHECK_MAX_TIME_TOPIC";
    private static final Duration LONG = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ =
            EmbeddedRocketMqExtension.dedicated(broker -> broker.transactionCheckMax(CHECKS));

    @Test
    void aRowWhoseHalfMessageTheBrokerGaveUpStaysPendingAndIsNeverSaidToBePublished() {
        EmbeddedRocketMq broker = ROCKET_MQ.get();
        try (TestDatabase database = TestDatabase.h2();
                OrderService service = OrderService.start(
                        broker, database.dataSource(), app -> app.property("rmq-tx.producer.reconcile-delay", "1s"))) {
            broker.faults().dropEndTransaction(1);
            broker.faults().queryUnavailable(FaultSwitches.ALWAYS); // so that no check-back can be answered
            String id;
            try (MessageIds ids = MessageIds.record()) {
                service.orders.place(new Order("o1", 5));
                id = ids.single();
            }

            await().atMost(LONG).until(() -> broker.messages(SET_ASIDE).size() == 1);
            assertThat(broker.messages(SET_ASIDE).get(0).property(MessageHeaders.MESSAGE_ID))
                    .isEqualTo(id);
            broker.faults().reset();
            int asked = service.events.checks.size();

            // A second message, whose own check-back comes through, shows that time has passed and all else works.
            broker.faults().dropEndTransaction(1);
            service.orders.place(new Order("o2", 5));
            await().atMost(LONG).until(() -> service.visible().size() == 1);
            await().atMost(LONG).until(() -> service.events.marked.size() == 1);
            assertThat(service.events.marked).doesNotContain(id);
            assertThat(service.status(id)).isEqualTo("PENDING");
            assertThat(service.visible().get(0).bodyAsString()).contains("o2");

            assertThat(service.events.checks.subList(0, asked))
                    .as("what can be seen of it: questions that stayed unanswered")
                    .hasSize(CHECKS)
                    .allMatch(check -> check.messageId().equals(id) && check.answer() == CheckBackAnswer.UNKNOWN);
            assertThat(service.events.checks.subList(asked, service.events.checks.size()))
                    .as("the broker never asks again")
                    .noneMatch(check -> check.messageId().equals(id));
            assertThat(overdue(service, id))
                    .as("and the row shows it: it is overdue")
                    .isOne();
        }
    }

    private static int overdue(OrderService service, String id) {
        Integer rows = service.orders
                .jdbc()
                .queryForObject(
                        "SELECT COUNT(*) FROM rmq_tx_message WHERE message_id = ? AND status = 'PENDING'"
                                + " AND next_attempt_at < ?",
                        Integer.class,
                        id,
                        System.currentTimeMillis());
        return rows == null ? 0 : rows;
    }
}
