package io.rmqtx;

/**
 * A message that its listener gave up.
 *
 * @param context the message
 * @param reason why no further attempt is made
 * @param cause what the last attempt threw
 */
public record DeadLetter(MessageContext context, Reason reason, Throwable cause) {

    /** Why no further attempt is made. */
    public enum Reason {
        /** The last of the permitted attempts failed. */
        ATTEMPTS_EXHAUSTED,
        /** The exception is declared as not retryable. */
        NOT_RETRYABLE,
        /** The listener refused the message by {@link RejectedMessageException}. */
        REJECTED,
        /** The message cannot be read: body, header or idempotency key. */
        UNREADABLE
    }
}
