package io.rmqtx.producer;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageMode;
import io.rmqtx.ReliableMessage;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.DeliveryTime;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.StringUtils;

/** Order and time of delivery, as an annotation asks for them. */
final class DeliveryAttributes {

    private DeliveryAttributes() {}

    /** Refuses what cannot go together. */
    static void check(ReliableMessage annotation, String where) {
        boolean ordered = StringUtils.hasText(annotation.orderKey());
        boolean delayed = StringUtils.hasText(annotation.delay()) || StringUtils.hasText(annotation.deliverAt());
        if (annotation.mode() == MessageMode.TRANSACTIONAL && (ordered || delayed)) {
            throw new RmqTxConfigurationException(
                    "@ReliableMessage on " + where + " asks for " + (ordered ? "order (orderKey)" : "a delay")
                            + ", which RocketMQ cannot combine with half messages.",
                    "Set mode = OUTBOX.");
        }
        if (ordered && delayed) {
            throw new RmqTxConfigurationException(
                    "@ReliableMessage on " + where
                            + " asks for order and for a delay, but a message that waits would be"
                            + " overtaken, or would hold up those behind it.",
                    "Remove orderKey, or delay and deliverAt.");
        }
        if (StringUtils.hasText(annotation.delay()) && StringUtils.hasText(annotation.deliverAt())) {
            throw new RmqTxConfigurationException(
                    "@ReliableMessage on " + where + " has a delay and a time of delivery.", "Remove one of the two.");
        }
    }

    /** The delay, if there is one. */
    static @Nullable Duration delay(ReliableMessage annotation, String where, UnaryOperator<String> placeholders) {
        if (!StringUtils.hasText(annotation.delay())) {
            return null;
        }
        try {
            Duration delay = DurationStyle.detectAndParse(placeholders.apply(annotation.delay()));
            var unused = DeliveryTime.after(delay);
            return delay;
        } catch (IllegalArgumentException | InvalidMessageException e) {
            throw new RmqTxConfigurationException(
                    "The delay \"" + annotation.delay() + "\" of @ReliableMessage on " + where + " is none: "
                            + e.getMessage() + ".",
                    "Use a duration as in 30s, 15m or PT1H, of ten years at most.",
                    e);
        }
    }

    /** The time that an expression yields; null if it is no point in time. */
    static @Nullable Instant instant(@Nullable Object value) {
        if (value instanceof Instant instant) {
            return instant;
        }
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        return value instanceof ZonedDateTime time ? time.toInstant() : null;
    }
}
