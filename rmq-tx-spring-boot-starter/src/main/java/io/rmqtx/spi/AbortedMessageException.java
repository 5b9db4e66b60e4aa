package io.rmqtx.spi;

import io.rmqtx.RmqTxException;

/** The fence has taken the key of a row that was about to be inserted: nothing has run yet, and nothing may. */
public final class AbortedMessageException extends RmqTxException {

    private static final long serialVersionUID = 1L;

    /** With the message ids and the exception of the database. */
    public AbortedMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
