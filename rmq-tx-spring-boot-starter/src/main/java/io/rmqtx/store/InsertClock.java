package io.rmqtx.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells by its duration whether an insert had to wait for a lock, which no database says. An insert that takes longer
 * than four times the smoothed duration of inserts, and longer than 5 ms, is taken to have waited.
 *
 * <p>Limits. A wait that is shorter goes unnoticed. An insert that was slow for another reason (a pause of the process,
 * the first one on a new connection) is taken for one that waited, which costs a repeated transaction. So that a
 * database that is always slow does not make every insert "waited", slow ones count too, but only up to the threshold:
 * it then grows by at most 37 % with each.
 *
 * <p>Thread-safe without locks; an update that is lost to another thread does not matter.
 */
final class InsertClock {

    static final Duration AT_LEAST = Duration.ofMillis(5);

    private static final int FACTOR = 4;
    private static final int WEIGHT = 8;

    private final AtomicLong smoothed = new AtomicLong();

    /** Takes note of an insert, and tells whether it waited. */
    boolean waited(long nanos) {
        long before = smoothed.get();
        long threshold = Math.max(AT_LEAST.toNanos(), FACTOR * before);
        smoothed.lazySet(before + (Math.min(nanos, threshold) - before) / WEIGHT);
        return nanos > threshold;
    }
}
