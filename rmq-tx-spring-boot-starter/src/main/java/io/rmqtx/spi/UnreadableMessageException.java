package io.rmqtx.spi;

import io.rmqtx.RmqTxException;
import org.jspecify.annotations.Nullable;

/** A received message cannot be read; trying again is pointless, so it goes to the dead-letter queue. */
public final class UnreadableMessageException extends RmqTxException {

    private static final long serialVersionUID = 1L;

    /** With what cannot be read and the rule. */
    public UnreadableMessageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
