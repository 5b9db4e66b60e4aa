package io.rmqtx;

import io.rmqtx.spi.DeliveryTime;
import java.time.Duration;
import java.time.Instant;
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
    private final @Nullable String orderKey;
    private final @Nullable DeliveryTime deliveryTime;

    private NewMessage(
            String topic,
            Object payload,
            @Nullable String tag,
            @Nullable String key,
            Map<String, String> headers,
            @Nullable String orderKey,
            @Nullable DeliveryTime deliveryTime) {
        this.topic = topic;
        this.payload = payload;
        this.tag = tag;
        this.key = key;
        this.headers = headers;
        this.orderKey = orderKey;
        this.deliveryTime = deliveryTime;
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
                Map.of(),
                null,
                null);
    }

    /** With a tag, by which consumers filter. */
    public NewMessage withTag(String newTag) {
        return new NewMessage(
                topic, payload, Objects.requireNonNull(newTag, "tag"), key, headers, orderKey, deliveryTime);
    }

    /** With a business key, by which operators find the message: at most 255 characters without white space. */
    public NewMessage withKey(String newKey) {
        return new NewMessage(
                topic, payload, tag, Objects.requireNonNull(newKey, "key"), headers, orderKey, deliveryTime);
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
        return new NewMessage(topic, payload, tag, key, Map.copyOf(more), orderKey, deliveryTime);
    }

    /**
     * With an order key: messages of one topic with the same one keep their order. Only for {@link
     * ReliableMessageTemplate#outbox()}.
     *
     * @param newOrderKey at most 255 characters without white space
     */
    public NewMessage withOrderKey(String newOrderKey) {
        return new NewMessage(
                topic, payload, tag, key, headers, Objects.requireNonNull(newOrderKey, "order key"), deliveryTime);
    }

    /**
     * Delivered so long after its row is written. Only for {@link ReliableMessageTemplate#outbox()}.
     *
     * @param delay ten years at most
     * @throws InvalidMessageException if it is negative or longer
     */
    public NewMessage withDelay(Duration delay) {
        return new NewMessage(topic, payload, tag, key, headers, orderKey, DeliveryTime.after(delay));
    }

    /** Delivered at that time, or at once if it is past. Only for {@link ReliableMessageTemplate#outbox()}. */
    public NewMessage withDeliverAt(Instant time) {
        return new NewMessage(topic, payload, tag, key, headers, orderKey, DeliveryTime.at(time));
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

    /** The order key, if any. */
    public @Nullable String orderKey() {
        return orderKey;
    }

    /** When it is delivered; null for at once. */
    public @Nullable DeliveryTime deliveryTime() {
        return deliveryTime;
    }

    /** Without the payload, which may be secret. */
    @Override
    public String toString() {
        return "NewMessage[topic=" + topic + ", tag=" + tag + ", key=" + key + "]";
    }
}
