package io.rmqtx.relay;

import io.rmqtx.relay.RelayProperties.OnPublished;
import io.rmqtx.spi.PublishedMarks;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.RmqTxListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks acknowledged messages, many in one statement, on a thread of its own. Of messages that the broker has driven
 * nothing depends on it but the look of the table: a mark that is lost is found out by asking the broker, so those that do
 * not fit are dropped. Messages of the relay are only finished when they are marked, and are bounded by that.
 */
final class PublishedMarker implements PublishedMarks {

    private static final Logger log = LoggerFactory.getLogger(PublishedMarker.class);

    /** A deadlock with another statement is worth another try; a database that is away is not worth waiting for. */
    private static final int TRIES = 3;

    /** Of what would be sent a second time. */
    private static final int TRIES_FOR_THE_RELAY = 10;

    private static final long BETWEEN_TRIES_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final long IDLE_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** With the parcel that it finishes, if it is the relay's. */
    private record Mark(
            ReliableStore store, String messageId, @Nullable Parcel parcel) {}

    private final BlockingQueue<Mark> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger droppable = new AtomicInteger();
    private final RmqTxListener events;
    private final int maxDroppable;
    private final int batch;
    private final boolean delete;

    /** So many in the queue, beside the one in hand, are not waited upon any longer. */
    private final int enough;

    private final long delayNanos;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;

    PublishedMarker(RmqTxListener events, RelayProperties properties) {
        this.events = events;
        this.maxDroppable = properties.markQueue();
        this.batch = properties.markBatch();
        this.delete = properties.onPublished() == OnPublished.DELETE;
        this.enough = Math.min(batch, properties.markQueue()) - 1;
        this.delayNanos = properties.markDelay().toNanos();
    }

    @Override
    public void acknowledged(ReliableStore store, List<String> messageIds) {
        for (String id : messageIds) {
            if (droppable.incrementAndGet() > maxDroppable) {
                droppable.decrementAndGet();
                events.markLost(List.of(id), "the queue is full");
            } else {
                add(new Mark(store, id, null));
            }
        }
    }

    /** Takes note of messages of the relay; never blocks. */
    void acknowledged(List<Parcel> parcels) {
        for (Parcel parcel : parcels) {
            add(new Mark(parcel.store(), parcel.id(), parcel));
        }
    }

    private void add(Mark mark) {
        queue.add(mark);
        if (queue.size() >= enough) {
            LockSupport.unpark(thread); // which sleeps, so that not each message wakes it
        }
    }

    @Override
    public synchronized void start() {
        if (thread == null) {
            stopping = false;
            thread = new Thread(this::run, "rmqtx-mark");
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public synchronized void stop() {
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
        Map<ReliableStore, List<Mark>> byStore = new LinkedHashMap<>();
        marks.forEach(mark -> byStore.computeIfAbsent(mark.store(), store -> new ArrayList<>())
                .add(mark));
        byStore.forEach(this::mark);
        for (Mark mark : marks) {
            if (mark.parcel() == null) {
                droppable.decrementAndGet();
            } else {
                mark.parcel().finished();
            }
        }
    }

    private void mark(ReliableStore store, List<Mark> marks) {
        List<String> ids = marks.stream().map(Mark::messageId).toList();
        boolean ofTheRelay = marks.stream().anyMatch(mark -> mark.parcel() != null);
        int tries = ofTheRelay ? TRIES_FOR_THE_RELAY : TRIES;
        for (int attempt = 1; ; attempt++) {
            try {
                write(store, ids, ofTheRelay);
                events.marked(ids);
                return;
            } catch (RuntimeException | Error e) {
                if (attempt == tries || (stopping && attempt >= TRIES)) {
                    log.warn(
                            "{} published messages could not be marked; they stay PENDING and are found out later",
                            ids.size(),
                            e);
                    events.markLost(ids, "the database refused: " + e);
                    return;
                }
                if (attempt >= TRIES) {
                    LockSupport.parkNanos(this, BETWEEN_TRIES_NANOS);
                }
            }
        }
    }

    /** Rows of mode TRANSACTIONAL are never deleted: a left-over half message may still be asked about. */
    private void write(ReliableStore store, List<String> ids, boolean ofTheRelay) {
        int deleted = delete && ofTheRelay ? store.backlog().deletePublished(ids) : 0;
        if (deleted < ids.size()) {
            int unused = store.messages().markPublished(ids);
        }
    }

    /** Marks at once, on this thread; for what must be marked before the next step. Throws what the database does. */
    void markNow(ReliableStore store, List<String> ids) {
        for (int attempt = 1; ; attempt++) {
            try {
                write(store, ids, true);
                events.marked(ids);
                return;
            } catch (RuntimeException e) {
                if (attempt == TRIES) {
                    throw e;
                }
                log.debug("Marking failed, attempt {}", attempt, e);
            }
        }
    }
}
