package io.rmqtx;

import org.jspecify.annotations.Nullable;

/**
 * The message itself is wrong (payload that does not serialise, too large, no key where one was declared, illegal
 * header): trying again without a change is pointless. Nothing was written: the business
 * method did not run, or its transaction was rolled back.
 */
public final class InvalidMessageException extends RmqTxException {

    private static final long serialVersionUID = 1L;

    /** With the thing, the rule, the actual value and the way out. */
    public InvalidMessageException(String message) {
        this(message, null);
    }

    /** With the thing, the rule, the actual value, the way out, and what was thrown. */
    public InvalidMessageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
