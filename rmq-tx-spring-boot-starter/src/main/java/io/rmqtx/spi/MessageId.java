package io.rmqtx.spi;

import java.time.Instant;

/**
 * A new message id and when it was made. The time travels with the id because the transaction log refuses ids that are
 * older than the longest permitted call.
 *
 * @param value at most 36 characters of {@code [0-9A-Za-z_-]}, unique for ever, increasing with time
 * @param createdAt when it was made, by this process's clock
 */
public record MessageId(String value, Instant createdAt) {

    private static final int MAX_LENGTH = 36;

    /** Refuses a value that the tables or the broker's key index could not hold. */
    public MessageId {
        if (!isLegal(value)) {
            throw new IllegalArgumentException("A message id has 1 to 36 characters of 0-9, A-Z, a-z, '_' and '-', but"
                    + " the MessageIdGenerator made '" + value + "'.");
        }
    }

    /** By hand, because one is made in every call. */
    private static boolean isLegal(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean legal =
                    (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
            if (!legal) {
                return false;
            }
        }
        return !value.isEmpty() && value.length() <= MAX_LENGTH;
    }
}
