package io.rmqtx.relay;

import io.rmqtx.spi.Backlog.Claimed;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.RmqTxListener;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that the broker refuses themselves. They are tried again, because a right or a limit may be wrong for a
 * moment, with a wait that doubles; after the last refusal they are DEAD, with the broker's words.
 */
final class Refusals {

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);

    private static final int MAX_DOUBLINGS = 20;

    private final RmqTxListener events;
    private final RelayProperties properties;

    Refusals(RmqTxListener events, RelayProperties properties) {
        this.events = events;
        this.properties = properties;
    }

    /**
     * Writes a refusal down.
     *
     * @param owner the claim on the row
     * @param refusals how many there were, with this one
     * @return whether the row is DEAD now
     */
    boolean refused(ReliableStore store, String id, long owner, int refusals, String reason) {
        boolean dead = refusals >= properties.maxRefusals();
        if (!store.backlog().refused(id, owner, refusals, dead, wait(refusals), reason)) {
            return false; // another instance has it now
        }
        if (dead) {
            dead(id, reason);
        } else {
            log.warn("Message {} was refused, time {} of {}: {}", id, refusals, properties.maxRefusals(), reason);
            events.publishRefused(id, reason);
        }
        return dead;
    }

    /** Trying again would not help. */
    void unreadable(ReliableStore store, Claimed row, long owner) {
        String reason = "The row cannot be read: " + row.unreadable();
        if (store.backlog().refused(row.messageId(), owner, row.refusals() + 1, true, Duration.ZERO, reason)) {
            dead(row.messageId(), reason);
        }
    }

    private void dead(String id, String reason) {
        log.error(
                "Message {} is DEAD and is not published: {}. Mend the cause and have it published again, or cancel it"
                        + " (MessageOperations; docs/operations.md).",
                id,
                reason);
        events.messageDead(id, reason);
    }

    private Duration wait(int refusals) {
        Duration wait = properties.retryAfter().multipliedBy(1L << Math.min(MAX_DOUBLINGS, refusals - 1));
        return wait.compareTo(properties.maxRetryAfter()) < 0 ? wait : properties.maxRetryAfter();
    }
}
