package io.rmqtx.relay;

import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;

/** A message on its way from a table to the broker. It takes room in a budget until it is finished with. */
final class Parcel {

    /** Larger bodies travel alone: then they are compressed, which a batch is not. */
    private static final int LARGE = 4096;

    private static final int OVERHEAD = 512;

    private final ReliableStore store;
    private final OutgoingMessage message;
    private final long owner;
    private final long deadline;
    private final int refusals;
    private final Budget budget;
    private boolean alone;

    /**
     * A parcel, whose room in the budget is taken already.
     *
     * @param owner the claim on its row; 0 if it was just committed
     * @param deadline {@link System#nanoTime()} from which on no send may begin
     */
    Parcel(ReliableStore store, OutgoingMessage message, long owner, long deadline, int refusals, Budget budget) {
        this.store = store;
        this.message = message;
        this.owner = owner;
        this.deadline = deadline;
        this.refusals = refusals;
        this.budget = budget;
        this.alone = message.deliveryTime() != null || message.body().length > LARGE;
    }

    static long bytesOf(OutgoingMessage message) {
        return message.body().length + (long) OVERHEAD;
    }

    ReliableStore store() {
        return store;
    }

    OutgoingMessage message() {
        return message;
    }

    String id() {
        return message.id().value();
    }

    long owner() {
        return owner;
    }

    /** Whether it was just committed, rather than claimed. */
    boolean isFresh() {
        return owner == 0;
    }

    int refusals() {
        return refusals;
    }

    long bytes() {
        return bytesOf(message);
    }

    /** Whether its lease might end while it is being sent. */
    boolean isLate(long now) {
        return now - deadline >= 0;
    }

    /** Whether it is sent by itself. */
    boolean isAlone() {
        return alone;
    }

    /** From now on it is sent by itself: it, or a neighbour, was refused. */
    void setAlone() {
        alone = true;
    }

    /** Its room in memory is free again. */
    void finished() {
        budget.giveBack(bytes());
    }
}
