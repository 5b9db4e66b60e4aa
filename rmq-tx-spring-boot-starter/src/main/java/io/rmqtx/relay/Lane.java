package io.rmqtx.relay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What waits to be sent to one topic, and how much is under way. New messages and those from the tables take turns, so
 * that neither a backlog nor a busy service starves the other. Used by one thread.
 */
final class Lane {

    private static final long REMOVE_LATE_EACH = TimeUnit.MILLISECONDS.toNanos(200);

    private final String topic;
    private final Deque<Parcel> fresh = new ArrayDeque<>();
    private final Deque<Parcel> claimed = new ArrayDeque<>();
    private boolean claimedFirst;
    private long lateRemovedAt = System.nanoTime();
    private int underWay;

    Lane(String topic) {
        this.topic = topic;
    }

    String topic() {
        return topic;
    }

    int underWay() {
        return underWay;
    }

    void sent() {
        underWay++;
    }

    void answered() {
        underWay--;
    }

    void add(Parcel parcel) {
        queueOf(parcel).addLast(parcel);
    }

    /** Puts back what was not sent, in its order. */
    void addFirst(List<Parcel> parcels) {
        for (int i = parcels.size() - 1; i >= 0; i--) {
            Parcel parcel = parcels.get(i);
            queueOf(parcel).addFirst(parcel);
        }
    }

    private Deque<Parcel> queueOf(Parcel parcel) {
        return parcel.isFresh() ? fresh : claimed;
    }

    boolean isEmpty() {
        return fresh.isEmpty() && claimed.isEmpty();
    }

    /** Removes those whose lease might end while they are sent; looks at all of them, but not each time. */
    List<Parcel> removeLate(long now) {
        if (now - lateRemovedAt < REMOVE_LATE_EACH) {
            return List.of();
        }
        lateRemovedAt = now;
        List<Parcel> late = new ArrayList<>();
        fresh.removeIf(parcel -> parcel.isLate(now) && late.add(parcel));
        claimed.removeIf(parcel -> parcel.isLate(now) && late.add(parcel));
        return late;
    }

    /** Removes everything. */
    List<Parcel> removeAll() {
        List<Parcel> all = removeClaimed();
        all.addAll(fresh);
        fresh.clear();
        return all;
    }

    /** Removes those that came from tables. */
    List<Parcel> removeClaimed() {
        List<Parcel> all = new ArrayList<>(claimed);
        claimed.clear();
        return all;
    }

    /** What is sent next, together; empty if nothing waits whose lease lasts long enough. */
    List<Parcel> nextBatch(int maxMessages, long maxBytes, long now) {
        List<Parcel> batch = new ArrayList<>();
        claimedFirst = !claimedFirst;
        long bytes = fill(batch, claimedFirst ? claimed : fresh, maxMessages, maxBytes, 0, now);
        long unused = fill(batch, claimedFirst ? fresh : claimed, maxMessages, maxBytes, bytes, now);
        return batch;
    }

    private static long fill(
            List<Parcel> batch, Deque<Parcel> queue, int maxMessages, long maxBytes, long before, long now) {
        long bytes = before;
        while (!queue.isEmpty() && batch.size() < maxMessages) {
            Parcel next = queue.peekFirst();
            if (next.isLate(now)) {
                break; // removed soon
            }
            boolean fits =
                    batch.isEmpty() || (!next.isAlone() && !batch.get(0).isAlone() && bytes + next.bytes() <= maxBytes);
            if (!fits) {
                break;
            }
            batch.add(queue.pollFirst());
            bytes += next.bytes();
        }
        return bytes;
    }
}
