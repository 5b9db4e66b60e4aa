package io.rmqtx.spi;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * A new message id and when it was made. The time travels with the id because the transaction log refuses ids that are
 * older than the longest permitted call.
 *
 * @param value at most 36 characters of {@code [0-9A-Za-z_-]}, unique for ever, increasing with time
 * @param createdAt when it was made, by this process's clock
 */
public record MessageId(String value, Instant createdAt) {

    private static final Pattern LEGAL = Pattern.compile("[0-9A-Za-z_-]{1,36}");

    /** Refuses a value that the tables or the broker's key index could not hold. */
    public MessageId {
        if (!LEGAL.matcher(value).matches()) {
            throw new IllegalArgumentException("A message id has 1 to 36 characters of 0-9, A-Z, a-z, '_' and '-', but"
                    + " the MessageIdGenerator made '" + value + "'.");
        }
    }
}
