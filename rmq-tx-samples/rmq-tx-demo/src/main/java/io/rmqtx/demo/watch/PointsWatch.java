package io.rmqtx.demo.watch;

import io.rmqtx.DeadLetter;
import io.rmqtx.MessageContext;
import io.rmqtx.demo.points.AlertRaised;
import io.rmqtx.spi.RmqTxListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;

/** Puts what happens in the points service into the timeline. */
class PointsWatch implements RmqTxListener {

    private static final Logger log = LoggerFactory.getLogger("demo");

    private final Timeline timeline;

    PointsWatch(Timeline timeline) {
        this.timeline = timeline;
    }

    @Override
    public void consumed(MessageContext context) {
        if (context.topic().equals(Broker.PARCELS)) {
            log.info("parcel {}  consumed; the customer is told", context.key());
        }
        timeline.note(
                context.messageId(),
                Step.CONSUMED,
                "Points and idempotency key committed in one transaction (attempt " + context.attempt() + ").");
    }

    @Override
    public void duplicateRefused(MessageContext context, String key) {
        timeline.note(
                context.messageId(), Step.DUPLICATE, "Delivered again. The key is there already: nothing was done.");
    }

    @Override
    public void attemptFailed(MessageContext context, Throwable cause) {
        timeline.note(
                context.messageId(),
                Step.ATTEMPT_FAILED,
                "Attempt " + context.attempt() + " of " + context.maxAttempts() + " failed: " + cause.getMessage()
                        + ". Points and key rolled back.");
    }

    @Override
    public void deadLetter(DeadLetter letter) {
        timeline.note(
                letter.context().messageId(),
                Step.DEAD_LETTER,
                "Given up (" + letter.reason() + "): to the dead-letter queue %DLQ%"
                        + letter.context().group() + ".");
    }

    @EventListener
    public void alert(AlertRaised alert) {
        timeline.note(
                alert.messageId(), Step.ALERT, "The points service was told, and raised an alert for its operators.");
    }
}
