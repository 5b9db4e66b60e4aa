package io.rmqtx.embedded;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.rocketmq.common.message.MessageClientIDSetter;
import org.apache.rocketmq.common.message.MessageExt;
import org.jspecify.annotations.Nullable;

/**
 * One message as the broker stores it, read past all consumers.
 *
 * @param topic the topic under which it is stored
 * @param queueId the queue within the topic
 * @param queueOffset the position within the queue
 * @param storedAt when the broker stored it, in milliseconds
 * @param messageId the id that the sending client gave it (UNIQ_KEY)
 * @param keys the KEYS property, several of them separated by spaces
 * @param tags the TAGS property
 * @param properties all properties, the ones that RocketMQ adds included
 * @param body the body; copied on the way in and out
 */
@SuppressWarnings("ArrayRecordComponent") // copied, and compared by content
public record StoredMessage(
        String topic,
        int queueId,
        long queueOffset,
        Instant storedAt,
        @Nullable String messageId,
        @Nullable String keys,
        @Nullable String tags,
        Map<String, String> properties,
        byte[] body) {

    /** Copies what can change. */
    public StoredMessage {
        properties = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        body = body.clone();
    }

    static StoredMessage of(MessageExt message) {
        Map<String, String> properties = message.getProperties();
        byte[] body = message.getBody();
        return new StoredMessage(
                message.getTopic(),
                message.getQueueId(),
                message.getQueueOffset(),
                Instant.ofEpochMilli(message.getStoreTimestamp()),
                MessageClientIDSetter.getUniqID(message),
                message.getKeys(),
                message.getTags(),
                properties == null ? Map.of() : properties,
                body == null ? new byte[0] : body);
    }

    /** The body's bytes, a copy. */
    @Override
    public byte[] body() {
        return body.clone();
    }

    /** The body, read as UTF-8. */
    public String bodyAsString() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** One property, or null where the message has none of that name. */
    public @Nullable String property(String name) {
        return properties.get(name);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredMessage that
                && topic.equals(that.topic)
                && queueId == that.queueId
                && queueOffset == that.queueOffset
                && storedAt.equals(that.storedAt)
                && properties.equals(that.properties)
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return Objects.hash(topic, queueId, queueOffset);
    }

    @Override
    public String toString() {
        return topic + "[" + queueId + "]@" + queueOffset + " keys=" + keys + " tags=" + tags + " " + body.length
                + " bytes";
    }
}
