package io.rmqtx.spi;

import java.time.Duration;

/** The idempotency keys of the consumers of one database. */
public interface ConsumedKeys {

    /**
     * Inserts the key <b>in the current transaction</b>, as its first statement. If an uncommitted transaction holds
     * the same key, waits for its end.
     *
     * @throws KeyBusyException if the wait was too long, or ended in a way after which this transaction must not go
     *     on: roll it back and try again in a fresh one. Never a failed attempt.
     */
    Outcome insert(String consumerGroup, String key, String messageId) throws KeyBusyException;

    /**
     * Removes keys that are older, in a transaction of its own.
     *
     * @return how many were removed, {@code atMost} if there are more
     */
    int purge(Duration olderThan, int atMost);

    /** What came of an insert. */
    enum Outcome {
        /** The key is ours if this transaction commits: run the business. */
        INSERTED,
        /** The message was consumed: acknowledge, and do not run the business. The transaction is good for nothing. */
        DUPLICATE
    }
}
