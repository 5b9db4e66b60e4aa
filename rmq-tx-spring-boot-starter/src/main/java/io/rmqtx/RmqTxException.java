package io.rmqtx;

import org.jspecify.annotations.Nullable;

/** Root of the exceptions of rmq-tx. */
public abstract class RmqTxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the thing, the rule and the way out in {@code message}. */
    protected RmqTxException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
