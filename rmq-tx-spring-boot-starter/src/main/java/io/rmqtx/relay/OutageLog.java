package io.rmqtx.relay;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that a topic cannot be sent to once a minute at most, and once that it is over. */
final class OutageLog {

    private static final Logger log = LoggerFactory.getLogger(OutageLog.class);

    private static final long SAID_ONCE_IN = TimeUnit.MINUTES.toNanos(1);

    private final Map<String, Long> saidAt = new ConcurrentHashMap<>();

    void failing(String topic, String reason) {
        long now = System.nanoTime();
        Long before = saidAt.get(topic);
        if (before == null || now - before > SAID_ONCE_IN) {
            saidAt.put(topic, now);
            log.warn("Topic '{}' cannot be sent to; its messages wait in their table: {}", topic, reason);
        }
    }

    void over(String topic) {
        if (!saidAt.isEmpty() && saidAt.remove(topic) != null) {
            log.info("Topic '{}' can be sent to again", topic);
        }
    }
}
