package io.rmqtx.spi;

/**
 * Another transaction held the idempotency key. Checked, because every caller must roll back and consume later, and
 * must not count a failed attempt.
 */
public final class KeyBusyException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean released;

    /** With whether the other transaction has ended, so that trying again at once makes sense. */
    public KeyBusyException(String message, boolean released, Throwable cause) {
        super(message, cause);
        this.released = released;
    }

    /** Where the key was waited for and obtained, but the transaction has to be repeated all the same. */
    public KeyBusyException(String message) {
        super(message);
        this.released = true;
    }

    /** Whether the other transaction has ended, so that trying again at once makes sense. */
    public boolean isReleased() {
        return released;
    }
}
