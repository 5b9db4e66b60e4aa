package io.rmqtx;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message to be published by {@link ReliableMessageTemplate}. Immutable; each {@code with} method returns another one.
 *
 * <pre>{@code
 * NewMessage.of("ORDERS", order).withTag("CREATED").withKey(order.id())
 * }</pre>
 */
public final class NewMessage {

    private final String topic;
    private final Object payload;
    private final @Nullable String tag;
    private final @Nullable String key;
    private final Map<String, String> headers;

    private NewMessage(
            String topic, Object payload, @Nullable String tag, @Nullable String key, Map<String, String> headers) {
        this.topic = topic;
        this.payload = payload;
        this.tag = tag;
        this.key = key;
        this.headers = headers;
    }

    /**
     * A message without tag, key and headers.
     *
     * @param topic one that an annotated method names, or that is listed in {@code rmq-tx.producer.topics}
     * @param payload what is serialised as the body
     */
    public static NewMessage of(String topic, Object payload) {
        return new NewMessage(
                Objects.requireNonNull(topic, "topic"),
                Objects.requireNonNull(payload, "payload"),
                null,
                null,
                Map.of());
    }

    /** With a tag, by which consumers filter. */
    public NewMessage withTag(String newTag) {
        return new NewMessage(topic, payload, Objects.requireNonNull(newTag, "tag"), key, headers);
    }

    /** With a business key, by which operators find the message: at most 255 characters without white space. */
    public NewMessage withKey(String newKey) {
        return new NewMessage(topic, payload, tag, Objects.requireNonNull(newKey, "key"), headers);
    }

    /**
     * With a header, which consumers see as a user property.
     *
     * @param name letters, digits, '_', '-' and '.'; neither RocketMQ's own names nor those that begin with {@code rmqtx_}
     * @param value not empty
     */
    public NewMessage withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return new NewMessage(topic, payload, tag, key, Map.copyOf(more));
    }

    /** The topic. */
    public String topic() {
        return topic;
    }

    /** The payload. */
    public Object payload() {
        return payload;
    }

    /** The tag, if any. */
    public @Nullable String tag() {
        return tag;
    }

    /** The business key, if any. */
    public @Nullable String key() {
        return key;
    }

    /** The headers. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Without the payload, which may be secret. */
    @Override
    public String toString() {
        return "NewMessage[topic=" + topic + ", tag=" + tag + ", key=" + key + "]";
    }
}
