package io.rmqtx;

/**
 * Another call with the same idempotency key is still running, and the wait for it is over. Nothing was done, and
 * nothing has failed: let this exception pass, so that the message is delivered again later.
 */
public final class IdempotencyKeyBusyException extends RmqTxException {

    private static final long serialVersionUID = 1L;

    /** With the method, the group and what to do. */
    public IdempotencyKeyBusyException(String message) {
        super(message, null);
    }
}
