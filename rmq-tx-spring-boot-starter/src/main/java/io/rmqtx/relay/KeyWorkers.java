package io.rmqtx.relay;

import io.rmqtx.relay.KeyPublisher.Progress;
import io.rmqtx.spi.Backlog.OrderKey;
import io.rmqtx.spi.ReliableStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has order keys published, several at a time and each by one thread at a time. Which keys there are is told after a
 * commit, and found out by the poll; a key that is being worked on is looked at once more when it is told of meanwhile.
 */
final class KeyWorkers {

    private static final Logger log = LoggerFactory.getLogger(KeyWorkers.class);

    /** More keys than that are left to the poll. */
    private static final int MAX_KEYS = 10_000;

    /** A key that failed is not tried again sooner because there is more to send of it. */
    private static final long REST = TimeUnit.SECONDS.toNanos(1);

    /** A key that another instance has is tried again after 10 ms, then twice as long each time; then the poll has it. */
    private static final int MAX_TRIES = 9;

    private record Work(ReliableStore store, OrderKey key) {}

    /** With whether there is news since its work began. */
    private final Map<Work, Boolean> atWork = new ConcurrentHashMap<>();

    private final Map<Work, Long> restingUntil = new ConcurrentHashMap<>();

    private final KeyPublisher publisher;
    private final TopicHealth health;
    private final ScheduledExecutorService threads;
    private volatile boolean stopping;

    KeyWorkers(KeyPublisher publisher, TopicHealth health, ScheduledExecutorService threads) {
        this.publisher = publisher;
        this.health = health;
        this.threads = threads;
    }

    /** Rows of the key were committed. Never blocks. */
    void committed(ReliableStore store, OrderKey key) {
        Work work = new Work(store, key);
        Long until = restingUntil.get(work);
        long now = System.nanoTime();
        if ((until == null || until - now <= 0) && health.rest(key.topic(), now) <= 0) {
            add(work);
        }
    }

    /** A row of the key is due. Never blocks. */
    void due(ReliableStore store, OrderKey key) {
        add(new Work(store, key));
    }

    private void add(Work work) {
        if (stopping || (atWork.size() >= MAX_KEYS && !atWork.containsKey(work))) {
            return;
        }
        if (Boolean.FALSE.equals(atWork.merge(work, Boolean.FALSE, (known, begun) -> Boolean.TRUE))) {
            submit(work, 0, 0);
        }
    }

    private void submit(Work work, int tries, long millis) {
        try {
            var unused = threads.schedule(() -> run(work, tries), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) { // stopped meanwhile
            atWork.remove(work);
        }
    }

    private void run(Work work, int tries) {
        atWork.replace(work, Boolean.FALSE); // what is told from now on is news
        Progress progress = stopping ? Progress.NOTHING : publishSome(work);
        note(work, progress);
        if (progress == Progress.TAKEN && tries < MAX_TRIES) {
            submit(work, tries + 1, 10L << tries);
        } else if (atWork.computeIfPresent(
                        work, (same, news) -> (progress == Progress.MORE || news) ? Boolean.FALSE : null)
                != null) {
            // Behind others, so that a key with many messages does not keep a thread to itself.
            submit(work, 0, 0);
        }
    }

    private Progress publishSome(Work work) {
        try {
            return publisher.publishSome(work.store(), work.key());
        } catch (RuntimeException e) {
            log.warn(
                    "Messages with an order key for topic '{}' could not be published; trying again later",
                    work.key().topic(),
                    e);
            return Progress.FAILED;
        }
    }

    private void note(Work work, Progress progress) {
        if (progress != Progress.FAILED) {
            restingUntil.remove(work);
        } else if (restingUntil.size() < MAX_KEYS) {
            restingUntil.put(work, System.nanoTime() + REST);
        }
    }

    /** Begins no more. */
    void stop() {
        stopping = true;
    }
}
