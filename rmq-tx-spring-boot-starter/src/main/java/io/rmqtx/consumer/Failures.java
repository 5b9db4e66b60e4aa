package io.rmqtx.consumer;

import io.rmqtx.DeadLetter;
import io.rmqtx.DeadLetterHandler;
import io.rmqtx.MessageContext;
import io.rmqtx.RejectedMessageException;
import io.rmqtx.spi.RmqTxListener;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what a failure means, records it, and tells whom it concerns. */
final class Failures {

    private static final Logger log = LoggerFactory.getLogger(Failures.class);
    // A chain of causes that is longer is a circle.
    private static final int DEEPEST_CAUSE = 50;

    private final DeadLetterHandler handler;
    private final RmqTxListener events;

    Failures(DeadLetterHandler handler, RmqTxListener events) {
        this.handler = handler;
        this.events = events;
    }

    /** An attempt failed. Returns whether the message is given up, and then the handler has been told. */
    boolean attemptFailed(MessageContext context, Throwable cause, Set<Class<? extends Throwable>> notRetryable) {
        log.warn(
                "Attempt {} of {} failed for message '{}' (key '{}') of topic '{}' in group '{}': {}",
                context.attempt(),
                context.maxAttempts(),
                LogText.of(context.messageId()),
                LogText.of(context.key()),
                LogText.of(context.topic()),
                context.group(),
                LogText.of(cause));
        log.debug("The failed attempt's stack trace:", cause);
        events.attemptFailed(context, cause);
        if (hasCause(cause, Set.of(RejectedMessageException.class))) {
            giveUp(context, DeadLetter.Reason.REJECTED, cause);
        } else if (hasCause(cause, notRetryable)) {
            giveUp(context, DeadLetter.Reason.NOT_RETRYABLE, cause);
        } else if (context.attempt() >= context.maxAttempts()) {
            giveUp(context, DeadLetter.Reason.ATTEMPTS_EXHAUSTED, cause);
        } else {
            return false;
        }
        return true;
    }

    /** The message cannot be read, so no attempt was made. */
    void unreadable(MessageContext context, Throwable cause) {
        giveUp(context, DeadLetter.Reason.UNREADABLE, cause);
    }

    private void giveUp(MessageContext context, DeadLetter.Reason reason, Throwable cause) {
        DeadLetter letter = new DeadLetter(context, reason, cause);
        try {
            handler.onDeadLetter(letter);
        } catch (Throwable thrown) {
            log.warn(
                    "DeadLetterHandler '{}' threw for message '{}', which moves to the dead-letter queue of '{}' all the"
                            + " same: {}, {}",
                    handler.getClass().getName(),
                    LogText.of(context.messageId()),
                    context.group(),
                    reason,
                    LogText.of(cause),
                    thrown);
        }
        events.deadLetter(letter);
    }

    private static boolean hasCause(Throwable thrown, Set<? extends Class<? extends Throwable>> types) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .limit(DEEPEST_CAUSE)
                .anyMatch(cause -> types.stream().anyMatch(type -> type.isInstance(cause)));
    }
}
