package io.rmqtx;

import org.jspecify.annotations.Nullable;

/**
 * The transaction came too late: the broker's check-back was already answered with "roll back", or the message id is
 * older than the longest permitted call. The transaction must not commit, and its statements were rolled back.
 */
public final class FencedTransactionException extends RmqTxException {

    private static final long serialVersionUID = 1L;

    /** With the message id, the rule and the way out. */
    public FencedTransactionException(String message) {
        this(message, null);
    }

    /** With the message id, the rule, the way out, and what was thrown. */
    public FencedTransactionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
