package io.rmqtx.spi;

import java.time.Instant;

/**
 * A new message id and when it was made. The time travels with the id because the transaction log refuses ids that are
 * older than the longest permitted call.
 *
 * @param value at most 36 characters of {@code [0-9A-Za-z_-]}, unique for ever, increasing with time
 * @param createdAt when it was made, by this process's clock
 */
public record MessageId(String value, Instant createdAt) {}
