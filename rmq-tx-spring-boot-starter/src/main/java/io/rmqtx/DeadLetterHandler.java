package io.rmqtx;

/**
 * Told about each message that a listener of this service gave up. A bean of this type replaces the default, which
 * writes one line at ERROR level with message id, key and cause.
 *
 * <p>It is called before the message is moved to the dead-letter queue, on the consumer's thread and outside of any
 * transaction. If the process dies in between, it is called again for the same message: at least once. An exception
 * from it is logged and changes nothing.
 */
@FunctionalInterface
public interface DeadLetterHandler {

    /** Told that {@code letter} is about to move to the dead-letter queue of its group. */
    void onDeadLetter(DeadLetter letter);
}
