package io.rmqtx.transport;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The brokers that a topic's route has named so far. The name server drops a broker from the route when it is away, and
 * the message that is asked for may lie there: a route without it proves nothing for messages from before.
 */
final class KnownBrokers {

    /** Another instance may have sent to a broker a while after this one saw it vanish; clocks differ, too. */
    private static final Duration STRAGGLERS = Duration.ofMinutes(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Instant> goneSince = new HashMap<>();

    /**
     * Takes note of the brokers that the route names now.
     *
     * @return those that it named until now
     */
    Set<String> seen(Set<String> present, Instant now) {
        lock.lock();
        try {
            Set<String> vanished = new TreeSet<>();
            goneSince.forEach((broker, gone) -> {
                if (gone.equals(Instant.MAX) && !present.contains(broker)) {
                    vanished.add(broker);
                }
            });
            goneSince.replaceAll((broker, gone) -> gone.isBefore(now) ? gone : now);
            present.forEach(broker -> goneSince.put(broker, Instant.MAX));
            return vanished;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the route names every broker that may have a message of that age. */
    boolean complete(Instant createdAt) {
        lock.lock();
        try {
            return goneSince.values().stream()
                    .allMatch(gone -> gone.equals(Instant.MAX) || createdAt.isAfter(gone.plus(STRAGGLERS)));
        } finally {
            lock.unlock();
        }
    }
}
