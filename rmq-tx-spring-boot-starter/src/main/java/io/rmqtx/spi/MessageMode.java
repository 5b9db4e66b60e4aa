package io.rmqtx.spi;

/** How a message is delivered. */
public enum MessageMode {
    /** Half message, local transaction, commit; the row is the transaction log. */
    TRANSACTIONAL,
    /** The row is the message; the relay sends it. */
    OUTBOX
}
