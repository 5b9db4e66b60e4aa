package io.rmqtx.spi;

import io.rmqtx.InvalidMessageException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When consumers are to get a message: so long after its row is written, by the database's clock, or at a point in time.
 * Exactly one of the two is set.
 *
 * @param delay how long after the insert; null where a time is given
 * @param at the point in time; null where a delay is given
 */
public record DeliveryTime(
        @Nullable Duration delay, @Nullable Instant at) {

    /**
     * So long before its time a message is handed to the broker; until then it waits in its table. Less than what brokers
     * take at most (three days by default), and enough for it to be there in time.
     */
    public static final Duration HANDED_OVER_AHEAD = Duration.ofHours(12);

    private static final Duration LONGEST = Duration.ofDays(3650);

    /** Refuses both and neither. */
    public DeliveryTime {
        if ((delay == null) == (at == null)) {
            throw new IllegalArgumentException("Give either a delay or a time.");
        }
    }

    /**
     * So long after the insert.
     *
     * @throws InvalidMessageException if it is negative or longer than ten years
     */
    public static DeliveryTime after(Duration delay) {
        if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
            throw new InvalidMessageException(
                    "A message cannot be delayed by " + delay + ": between nothing and ten years is possible.");
        }
        return new DeliveryTime(delay, null);
    }

    /**
     * At that time; one that is past means at once.
     *
     * @throws InvalidMessageException if it is more than ten years away
     */
    public static DeliveryTime at(Instant time) {
        if (time.isAfter(Instant.now().plus(LONGEST))) {
            throw new InvalidMessageException(
                    "A message cannot be delivered at " + time + ": within the next ten years is possible.");
        }
        if (time.isBefore(Instant.EPOCH)) {
            return new DeliveryTime(null, Instant.EPOCH);
        }
        return new DeliveryTime(null, time);
    }

    /** How long from now, by this process's clock where a time is given; not negative. */
    public Duration fromNow() {
        Duration left = delay != null ? delay : Duration.between(Instant.now(), at);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Whether it is too far away for the broker, so that the message waits in its table. */
    public boolean isFarAway() {
        return fromNow().compareTo(HANDED_OVER_AHEAD) > 0;
    }
}
