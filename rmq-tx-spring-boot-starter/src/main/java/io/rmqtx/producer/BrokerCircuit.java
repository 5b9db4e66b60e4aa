package io.rmqtx.producer;

import io.rmqtx.spi.RmqTxListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A circuit breaker for each topic, so that while its broker is away not every call waits for the time-out: after a
 * failure calls do not try for some time. Then one call tries, and the others go on without. The relay's success closes
 * it, too. Thread-safe.
 */
final class BrokerCircuit implements RmqTxListener {

    private static final long OPEN_NANOS = Duration.ofSeconds(5).toNanos();

    /** With when one call may try again, by {@link System#nanoTime()}. */
    private final Map<String, Long> open = new ConcurrentHashMap<>();

    /** Whether a call should not try to send to this topic now. */
    boolean isOpen(String topic) {
        if (open.isEmpty()) {
            return false;
        }
        Long until = open.get(topic);
        if (until == null) {
            return false;
        }
        long now = System.nanoTime();
        return now - until < 0 || !open.replace(topic, until, now + OPEN_NANOS);
    }

    void failed(String topic) {
        open.put(topic, System.nanoTime() + OPEN_NANOS);
    }

    void succeeded(String topic) {
        if (!open.isEmpty()) {
            open.remove(topic);
        }
    }

    @Override
    public void published(String topic, List<String> messageIds) {
        succeeded(topic);
    }
}
