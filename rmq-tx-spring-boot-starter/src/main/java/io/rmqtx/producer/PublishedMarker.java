package io.rmqtx.producer;

import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.RmqTxListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks acknowledged messages PUBLISHED, many in one statement, on a thread of its own. Nothing depends on it but the
 * look of the table and the work of the relay: a mark that is lost is found out by asking the broker. So its queue is
 * bounded, and it never makes anybody wait.
 */
final class PublishedMarker {

    private static final Logger log = LoggerFactory.getLogger(PublishedMarker.class);

    /** A deadlock with another statement is worth another try; a database that is away is not worth waiting for. */
    private static final int TRIES = 3;

    private static final long IDLE_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private record Mark(ReliableStore store, String messageId) {}

    private final BlockingQueue<Mark> queue;
    private final RmqTxListener events;
    private final int batch;
    private final long delayNanos;
    private volatile boolean stopping;
    private @Nullable Thread thread;

    PublishedMarker(RmqTxListener events, ProducerProperties properties) {
        this.events = events;
        this.queue = new ArrayBlockingQueue<>(properties.markQueue());
        this.batch = properties.markBatch();
        this.delayNanos = properties.markDelay().toNanos();
    }

    /** Takes note of an acknowledged message; never blocks. */
    void acknowledged(ReliableStore store, String messageId) {
        if (!queue.offer(new Mark(store, messageId))) {
            events.markLost(List.of(messageId), "the queue is full");
        }
    }

    synchronized void start() {
        if (thread == null) {
            stopping = false;
            thread = new Thread(this::run, "rmqtx-mark");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Marks what is waiting, and ends. */
    synchronized void stop() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        stopping = true; // not interrupted: some drivers close their files when their thread is
        try {
            running.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    private void run() {
        try {
            while (!stopping) {
                Mark first = queue.poll(IDLE_POLL_NANOS, TimeUnit.NANOSECONDS);
                if (first != null) {
                    mark(collect(first));
                }
            }
        } catch (InterruptedException e) {
            log.debug("Interrupted; marking what is left", e);
        }
        List<Mark> rest = new ArrayList<>();
        while (queue.drainTo(rest, batch) > 0) {
            mark(rest);
            rest.clear();
        }
    }

    /** Waits a little for more, so that a lightly loaded service does not pay one statement for each message. */
    private List<Mark> collect(Mark first) throws InterruptedException {
        List<Mark> marks = new ArrayList<>();
        marks.add(first);
        long deadline = System.nanoTime() + delayNanos;
        while (true) {
            queue.drainTo(marks, batch - marks.size());
            long left = deadline - System.nanoTime();
            if (marks.size() >= batch || left <= 0 || stopping) {
                return marks;
            }
            // In short waits, to notice the end of the service.
            Mark next = queue.poll(Math.min(left, IDLE_POLL_NANOS), TimeUnit.NANOSECONDS);
            if (next != null) {
                marks.add(next);
            }
        }
    }

    private void mark(List<Mark> marks) {
        Map<ReliableStore, List<String>> byStore = new LinkedHashMap<>();
        marks.forEach(mark -> byStore.computeIfAbsent(mark.store(), store -> new ArrayList<>())
                .add(mark.messageId()));
        byStore.forEach(this::mark);
    }

    private void mark(ReliableStore store, List<String> messageIds) {
        for (int attempt = 1; ; attempt++) {
            try {
                store.messages().markPublished(messageIds);
                events.marked(messageIds);
                return;
            } catch (RuntimeException e) {
                if (attempt == TRIES) {
                    log.warn(
                            "{} published messages could not be marked; they stay PENDING and are found out later",
                            messageIds.size(),
                            e);
                    events.markLost(messageIds, "the database refused: " + e);
                    return;
                }
            }
        }
    }
}
