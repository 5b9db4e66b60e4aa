package io.rmqtx.demo.watch;

import io.rmqtx.demo.order.OrderPlaced;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.RmqTxListener;
import java.util.List;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** Puts what happens in the order service into the timeline. */
class OrderWatch implements RmqTxListener {

    private final Timeline timeline;
    private final Unended unended;

    OrderWatch(Timeline timeline, Unended unended) {
        this.timeline = timeline;
        this.unended = unended;
    }

    @Override
    public void halfMessageSent(OutgoingMessage message) {
        String id = message.id().value();
        unended.sent(id);
        timeline.begin(id, message.key());
        timeline.note(id, Step.HALF_MESSAGE, "The broker has the half message. No consumer can see it.");
    }

    @Override
    public void halfMessageFailed(OutgoingMessage message, Throwable cause) {
        String id = message.id().value();
        timeline.begin(id, message.key());
        timeline.note(id, Step.NOT_SENT, "The broker did not take the half message, so no order was written.");
    }

    /** Runs before the broker is told: Spring tells synchronizations of a commit before their completion. */
    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    public void placed(OrderPlaced order) {
        timeline.noteOrder(
                Long.toString(order.orderId()), Step.ORDER_WRITTEN, "Order and log row committed in one transaction.");
    }

    @Override
    public void transactionEnded(String id, Decision decision, EndOutcome outcome) {
        if (outcome == EndOutcome.ACKNOWLEDGED) {
            unended.ended(id);
        }
        if (decision == Decision.ROLLBACK) {
            if (!timeline.has(id, Step.ORDER_WRITTEN)) {
                timeline.note(
                        id,
                        Step.ROLLED_BACK,
                        "Order and log row rolled back; the half message goes. Nobody hears of it.");
            }
        } else if (outcome != EndOutcome.ACKNOWLEDGED) {
            timeline.note(
                    id,
                    Step.COMMIT_LOST,
                    "The COMMIT got no answer: lost on the way. The message stays invisible; the broker will ask.");
        } else {
            if (timeline.has(id, Step.COMMIT_LOST)) {
                timeline.note(
                        id,
                        Step.CHECK_BACK,
                        "The broker asked: \"what became of it?\" The log row is there, so the answer is COMMIT.");
            }
            timeline.note(id, Step.VISIBLE, "The broker acknowledged the COMMIT: consumers can see the message.");
        }
    }

    /** Of messages of orders only what the relay has taken up; parcels have no story. */
    @Override
    public void published(String topic, List<String> messageIds) {
        for (String id : messageIds) {
            if (!timeline.has(id, Step.VISIBLE)) {
                timeline.note(
                        id,
                        Step.VISIBLE,
                        "The relay found the row still PENDING and sent the message, or saw it in the topic.");
            }
        }
    }

    @Override
    public void endSkipped(String id, String reason) {
        timeline.note(id, Step.COMMIT_LOST, "No COMMIT was sent (" + reason + "); the broker will ask.");
    }

    @Override
    public void checkBackAnswered(String id, CheckBackAnswer answer, String reason) {
        if (answer != CheckBackAnswer.COMMIT) {
            timeline.note(id, Step.CHECK_BACK, "The broker asked; the answer is " + answer + " (" + reason + ").");
        }
    }
}
