package io.rmqtx.spi;

import io.rmqtx.MessageMode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the message table, without its payload.
 *
 * @param messageId our message id
 * @param mode how it is delivered
 * @param status its state
 * @param topic the topic
 * @param orderKey its order key
 * @param refusals how often the broker has refused it
 * @param lastError what went wrong last, or the reason it was given up for
 * @param createdAt when it was written, by the database's clock
 */
public record StoredMessage(
        String messageId,
        MessageMode mode,
        MessageStatus status,
        String topic,
        @Nullable String orderKey,
        int refusals,
        @Nullable String lastError,
        Instant createdAt) {}
