package io.rmqtx.relay;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Which topics can be sent to. After a failure that is the broker's, a topic rests: 0.1 s, then twice as long after each
 * further failure, up to 5 s, less up to half of it at random. Then whoever comes first tries it. Thread-safe.
 */
final class TopicHealth {

    private static final Duration FIRST_REST = Duration.ofMillis(100);
    private static final Duration LONGEST_REST = Duration.ofSeconds(5);

    private record Rest(long until, long nanos) {}

    /** What was well so long ago says nothing any more. */
    private static final Duration REMEMBERED = Duration.ofSeconds(30);

    private final Map<String, Rest> resting = new ConcurrentHashMap<>();
    private final Map<String, Long> lastSuccess = new ConcurrentHashMap<>();

    /** Whether it has failed, and was not sent to since. */
    boolean isSick(String topic) {
        return resting.containsKey(topic);
    }

    /** For how many nanoseconds it rests; 0 or less if it may be tried. */
    long rest(String topic, long now) {
        Rest rest = resting.get(topic);
        return rest == null ? 0 : rest.until() - now;
    }

    void succeeded(String topic, long now) {
        lastSuccess.put(topic, now);
        if (!resting.isEmpty()) {
            resting.remove(topic);
        }
    }

    void failed(String topic, long now) {
        lastSuccess.remove(topic);
        resting.compute(topic, (name, before) -> {
            long nanos = before == null
                    ? FIRST_REST.toNanos()
                    : before.until() - now > 0 // one of several that failed together
                            ? before.nanos()
                            : Math.min(LONGEST_REST.toNanos(), before.nanos() * 2);
            return new Rest(now + nanos - ThreadLocalRandom.current().nextLong(nanos / 2), nanos);
        });
    }

    /** Whether nothing can be sent, as far as is known: topics have failed, and none was sent to lately. */
    boolean isOutage(long now) {
        return !resting.isEmpty() && lastSuccess.values().stream().noneMatch(at -> now - at < REMEMBERED.toNanos());
    }

    /** The topics that rest. */
    Set<String> resting(long now) {
        return resting.entrySet().stream()
                .filter(rest -> rest.getValue().until() - now > 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** For how many nanoseconds nothing is worth a try in an outage: the shortest rest. */
    long shortestRest(long now) {
        return resting.values().stream()
                .mapToLong(rest -> Math.max(0, rest.until() - now))
                .min()
                .orElse(0);
    }
}
