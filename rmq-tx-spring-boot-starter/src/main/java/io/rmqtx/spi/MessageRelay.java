package io.rmqtx.spi;

import io.rmqtx.spi.Backlog.OrderKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what transactions have committed: new messages from memory, and everything else that is due from the tables.
 * Thread-safe.
 */
public interface MessageRelay {

    /** Begins to publish. The transport must have been started. */
    void start();

    /**
     * Publishes what it has in memory, for a bounded time, and ends. What is left is published by another instance, or
     * after the next start.
     */
    void stop();

    /**
     * How long rows that this instance commits are its own, before any instance may publish them: they are due after
     * that. Zero while it does not publish.
     */
    Duration dispatchLease();

    /**
     * Told of rows of mode OUTBOX whose transaction has committed. Never blocks, and never throws: what it cannot take is
     * found in the table.
     *
     * @param sinceNanos {@link System#nanoTime()} before the rows were written, or last postponed: from then on they
     *     belong to this instance, for the time they were given
     */
    void committed(ReliableStore store, List<OutgoingMessage> messages, long sinceNanos);

    /** Looks for due rows at once, and at this order key if one is given; for rows that were changed by hand. */
    void wake(ReliableStore store, @Nullable OrderKey orderKey);
}
