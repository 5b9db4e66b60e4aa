package io.rmqtx;

/** A message is not in a state in which it could be published again or cancelled. Nothing was changed. */
public final class IllegalMessageStateException extends RmqTxException {

    private static final long serialVersionUID = 1L;

    /** With the message id, its state and what would be possible. */
    public IllegalMessageStateException(String message) {
        super(message, null);
    }
}
