package io.rmqtx.spi;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message ready to be stored and sent.
 *
 * @param id the message id
 * @param topic the topic
 * @param tag the tag
 * @param key the business key
 * @param headers user properties, without those that rmq-tx adds itself
 * @param body the serialized payload; not copied, not to be changed
 * @param orderKey messages with the same one are published in the order of their commits; OUTBOX only
 * @param deliveryTime when consumers get it; null for at once; OUTBOX only
 */
public record OutgoingMessage(
        MessageId id,
        String topic,
        @Nullable String tag,
        @Nullable String key,
        Map<String, String> headers,
        byte[] body,
        @Nullable String orderKey,
        @Nullable DeliveryTime deliveryTime) {

    /** One without order and delay. */
    public OutgoingMessage(
            MessageId id,
            String topic,
            @Nullable String tag,
            @Nullable String key,
            Map<String, String> headers,
            byte[] body) {
        this(id, topic, tag, key, headers, body, null, null);
    }
}
