package io.rmqtx;

/**
 * When the half message of a {@link ReliableMessage} is sent. The outcome is the same; what differs is who waits for a
 * slow broker, what a broker that is away costs, and what the message may be made of.
 */
public enum HalfMessageTiming {

    /**
     * {@link #EARLY} where the call opens its transaction, or comes from a synchronization that is asked before the
     * commit; just before the commit where it joins a transaction that holds a connection anyway. The expressions are
     * evaluated before the method runs, in all cases.
     */
    AUTO,

    /**
     * Before the method runs, and where it opens its transaction, before a connection is taken from the pool: a slow
     * broker holds up no connection, and a broker that is away fails the call before anything has happened. Waits up to
     * {@code rmq-tx.producer.send-timeout}, or {@code rmq-tx.producer.late-send-timeout} where a connection is held.
     */
    EARLY,

    /**
     * Just before the commit, after the transaction log row: nothing is sent for business that fails, the expressions
     * are evaluated when the method has returned and may use {@code #result}, and the time in which a check-back can
     * meet the running transaction shrinks to milliseconds. The connection is held while the broker answers, for up to
     * {@code rmq-tx.producer.late-send-timeout}, and a broker that is away rolls back what the method has done.
     *
     * <p>If the method ends with an exception for which its transaction commits nevertheless (a checked one, or {@code
     * noRollbackFor}), the message follows the commit, unless it needs {@code #result}: then the transaction is rolled
     * back, and the call fails with an {@link InvalidMessageException}.
     */
    LATE
}
