package io.rmqtx;

import org.jspecify.annotations.Nullable;

/**
 * The message could not be handed to the broker, so the business method did not run; or its transaction was rolled back,
 * where it had joined an outer one or its half message is sent late. Nothing of it is committed. Trying again later is
 * safe, and sends under a new message id.
 */
public class MessageSendException extends RmqTxException {

    private static final long serialVersionUID = 1L;

    private final boolean refused;

    /** With the topic, what the broker or the client said, and the way out. */
    public MessageSendException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    /** The same, and whether the broker was there and said no: then it would say so again. */
    public MessageSendException(String message, @Nullable Throwable cause, boolean refused) {
        super(message, cause);
        this.refused = refused;
    }

    /** Whether the broker was there and did not allow the message, so that trying again does not help by itself. */
    public boolean isRefused() {
        return refused;
    }
}
