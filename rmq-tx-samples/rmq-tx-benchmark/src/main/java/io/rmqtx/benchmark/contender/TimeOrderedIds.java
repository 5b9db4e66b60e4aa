package io.rmqtx.benchmark.contender;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** UUIDs that begin with the time, so that a hand-written contender, too, inserts at the end of its primary key. */
final class TimeOrderedIds {

    private static final int COUNTER_BITS = 12;

    private final AtomicLong last = new AtomicLong();

    String next() {
        long now = System.currentTimeMillis() << COUNTER_BITS;
        long tick = last.updateAndGet(before -> Math.max(before + 1, now));
        long high = ((tick >>> COUNTER_BITS) << 16) | 0x7000 | (tick & ((1 << COUNTER_BITS) - 1));
        long low = Long.MIN_VALUE | (ThreadLocalRandom.current().nextLong() >>> 2);
        return new UUID(high, low).toString();
    }
}
