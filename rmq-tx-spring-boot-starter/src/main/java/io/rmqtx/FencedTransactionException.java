package io.rmqtx;

/**
 * The transaction came too late: the broker's check-back was already answered with "roll back", or the message id is
 * older than the longest permitted call. The transaction must not commit, and its statements were rolled back.
 */
public final class FencedTransactionException extends RmqTxException {

    private static final long serialVersionUID = 1L;

    /** With the message id, the rule and the way out. */
    public FencedTransactionException(String message) {
        super(message, null);
    }
}
