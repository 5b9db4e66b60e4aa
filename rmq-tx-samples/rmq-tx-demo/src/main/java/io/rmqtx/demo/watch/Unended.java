package io.rmqtx.demo.watch;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The half messages whose end the broker has not acknowledged. */
final class Unended {

    private final Set<String> ids = ConcurrentHashMap.newKeySet();

    void sent(String id) {
        ids.add(id);
    }

    void ended(String id) {
        ids.remove(id);
    }

    /** Waits until there are none. What is stuck (its broker lost it) is forgotten after the time. */
    void awaitNone(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!ids.isEmpty() && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        ids.clear();
    }
}
