package io.rmqtx.store;

import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.MessageIdGenerator;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * UUIDv7 (RFC 9562, section 5.7) with a counter in {@code rand_a} (section 6.2, method 1): the ids of one process
 * increase, also within a millisecond and when the clock steps back.
 *
 * <p>Lock-free, so that it never pins the carrier of a virtual thread. The 62 bits of {@code rand_b} come from a
 * SplitMix64 sequence with a seed from {@link SecureRandom}: unique, but not secret. A message id proves nothing about
 * who knows it.
 */
final class UuidV7Generator implements MessageIdGenerator {

    private static final int COUNTER_BITS = 12;

    /** Leaves half of the counter's range for further ids of the same millisecond. */
    private static final long FRESH_COUNTER_MASK = (1L << (COUNTER_BITS - 1)) - 1;

    /** The golden gamma of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private final Clock clock;
    private final AtomicLong random;

    /** Milliseconds and counter of the last id, as one number: it never falls. */
    private final AtomicLong last = new AtomicLong();

    UuidV7Generator(Clock clock) {
        this.clock = clock;
        this.random = new AtomicLong(new SecureRandom().nextLong());
    }

    @Override
    public MessageId next() {
        long now = clock.millis();
        long noise = mix(random.getAndAdd(GAMMA));
        long fresh = (now << COUNTER_BITS) | (noise & FRESH_COUNTER_MASK);
        long tick;
        long before;
        do {
            before = last.get();
            // When the counter is used up it runs into the next millisecond, as the RFC permits.
            tick = Math.max(before + 1, fresh);
        } while (!last.compareAndSet(before, tick));
        // The time that goes with the id is the clock's, also where the id had to run ahead of it.
        return new MessageId(uuid(tick, mix(random.getAndAdd(GAMMA))).toString(), Instant.ofEpochMilli(now));
    }

    private static UUID uuid(long tick, long noise) {
        long millis = tick >>> COUNTER_BITS;
        long counter = tick & ((1L << COUNTER_BITS) - 1);
        long version = 0x7000L;
        long variant = 0x8000000000000000L;
        return new UUID((millis << 16) | version | counter, variant | (noise >>> 2));
    }

    private static long mix(long state) {
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
