package io.rmqtx.producer;

import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.RmqTxListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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

    /** So many in the queue, beside the one in hand, are not waited upon any longer. */
    private final int enough;

    private final long delayNanos;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;

    PublishedMarker(RmqTxListener events, ProducerProperties properties) {
        this.events = events;
        this.queue = new LinkedBlockingQueue<>(properties.markQueue());
        this.batch = properties.markBatch();
        this.enough = Math.min(batch, properties.markQueue()) - 1;
        this.delayNanos = properties.markDelay().toNanos();
    }

    /** Takes note of an acknowledged message; never blocks. */
    void acknowledged(ReliableStore store, String messageId) {
        if (!queue.offer(new Mark(store, messageId))) {
            events.markLost(List.of(messageId), "the queue is full");
        } else if (queue.size() >= enough) {
            LockSupport.unpark(thread); // which sleeps, so that not each message wakes it
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
        LockSupport.unpark(running);
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
    private List<Mark> collect(Mark first) {
        long deadline = System.nanoTime() + delayNanos;
        while (queue.size() < enough && !stopping) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                stopping = true;
            }
        }
        List<Mark> marks = new ArrayList<>();
        marks.add(first);
        queue.drainTo(marks, batch - 1);
        return marks;
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
