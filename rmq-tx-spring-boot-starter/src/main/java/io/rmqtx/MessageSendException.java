package io.rmqtx;

import org.jspecify.annotations.Nullable;

/**
 * The message could not be handed to the broker, so the business method did not run; or its transaction was rolled back,
 * where it had joined an outer one or its half message is sent late. Nothing of it is committed. Trying again later is
 * safe, and sends under a new message id.
 */
public class MessageSendException extends RmqTxException {

    private static final long serialVersionUID = 1L;

    /** With the topic, what the broker or the client said, and the way out. */
    public MessageSendException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
