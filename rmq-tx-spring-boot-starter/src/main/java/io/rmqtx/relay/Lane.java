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

    /** So many are worth a request of their own while the answer to another one is still to come. */
    private static final int ENOUGH = 16;

    /** How long fewer wait for that answer at most. */
    private static final long GATHER = TimeUnit.MILLISECONDS.toNanos(5);

    private final String topic;
    private final Deque<Parcel> fresh = new ArrayDeque<>();
    private final Deque<Parcel> claimed = new ArrayDeque<>();
    private boolean claimedFirst;
    private long lateRemovedAt = System.nanoTime();
    private int underWay;
    private long sentAt;

    Lane(String topic) {
        this.topic = topic;
    }

    String topic() {
        return topic;
    }

    int underWay() {
        return underWay;
    }

    void sent(long now) {
        underWay++;
        sentAt = now;
    }

    void answered() {
        underWay--;
    }

    /**
     * How long those that wait should wait for more. The busier a topic, the more of its messages then share a request, as
     * Nagle's algorithm (RFC 896) has it for TCP; a message that meets no other never waits.
     */
    long gathersFor(long now) {
        int waiting = fresh.size() + claimed.size();
        boolean gathers = underWay > 0 && waiting > 0 && waiting < ENOUGH && !isNextAlone();
        return gathers ? Math.max(0, sentAt + GATHER - now) : 0;
    }

    private boolean isNextAlone() {
        Parcel next = fresh.isEmpty() ? claimed.peekFirst() : fresh.peekFirst();
        return next != null && next.isAlone();
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
