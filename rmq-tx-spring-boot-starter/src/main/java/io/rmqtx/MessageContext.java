package io.rmqtx;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a listener may know about the message that it is called with. Everything in it came over the network: treat it
 * as input.
 *
 * @param messageId our message id: the same across every re-send and replay. For a message that rmq-tx did not send,
 *     the id that its producer's client gave it.
 * @param topic the topic it was sent to (not the retry topic it may have come from)
 * @param group the consumer group that it was delivered to
 * @param tag the tag, if any
 * @param key the business key, if any
 * @param type the logical type name, if the producer gave one
 * @param attempt which attempt this is; 1 for the first delivery
 * @param maxAttempts after how many failed attempts the message is a dead letter
 * @param storedAt when the broker stored this copy, by the broker's clock
 * @param headers all user properties
 * @param brokerMessageId the broker's id of this copy; it changes with every re-send, so key nothing on it
 */
public record MessageContext(
        String messageId,
        String topic,
        String group,
        @Nullable String tag,
        @Nullable String key,
        @Nullable String type,
        int attempt,
        int maxAttempts,
        Instant storedAt,
        Map<String, String> headers,
        String brokerMessageId) {

    /** Copies the headers. */
    public MessageContext {
        headers = Map.copyOf(headers);
    }
}
