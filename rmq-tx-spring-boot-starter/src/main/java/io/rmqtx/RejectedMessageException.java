package io.rmqtx;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a {@link ReliableListener} method to refuse a message for good: its transaction is rolled back, no further
 * attempt is made, and the message goes to the dead-letter queue with this reason.
 */
public class RejectedMessageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the reason, as an operator will read it. */
    public RejectedMessageException(String reason) {
        this(reason, null);
    }

    /** With the reason, as an operator will read it, and what was thrown. */
    public RejectedMessageException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
