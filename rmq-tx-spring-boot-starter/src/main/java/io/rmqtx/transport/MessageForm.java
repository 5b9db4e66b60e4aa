package io.rmqtx.transport;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.spi.DeliveryTime;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.spi.OutgoingMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** Our messages in RocketMQ's form, the same for halves, sends and everything sent again. */
final class MessageForm {

    /** The broker's limit of a message's properties, in bytes, less room for what the broker adds. */
    private static final int MAX_PROPERTIES = Short.MAX_VALUE - 1024;

    /** In UTF-8; what takes four bytes has two chars. */
    private static final int MAX_BYTES_OF_CHAR = 3;

    private MessageForm() {}

    /** Refuses what the broker would refuse. */
    static void check(OutgoingMessage message, DataSize maxSize) {
        if (message.body().length == 0) {
            throw new InvalidMessageException(
                    "Message for topic '" + message.topic()
                            + "' has an empty body, which RocketMQ refuses. Send a payload. Nothing was written, or it is rolled back.");
        }
        if (message.body().length > maxSize.toBytes()) {
            throw new InvalidMessageException("Message for topic '" + message.topic() + "' has a body of "
                    + message.body().length + " bytes, above the limit of " + maxSize.toBytes()
                    + " (rmq-tx.transport.max-message-size, and maxMessageSize of the broker). Send a reference to the"
                    + " data instead, or raise both limits. Nothing was written, or it is rolled back.");
        }
    }

    /** The message with our own properties, not addressed yet. */
    static Message of(OutgoingMessage message, String storeId) {
        Message form = new Message(message.topic(), message.body());
        for (Map.Entry<String, String> header : message.headers().entrySet()) {
            form.putUserProperty(header.getKey(), header.getValue());
        }
        String id = message.id().value();
        form.putUserProperty(MessageHeaders.MESSAGE_ID, id);
        form.putUserProperty(MessageHeaders.STORE_ID, storeId);
        String key = message.key();
        if (key == null) {
            form.setKeys(id);
        } else {
            form.setKeys(id + MessageConst.KEY_SEPARATOR + key);
            form.putUserProperty(MessageHeaders.KEY, key);
        }
        if (message.tag() != null) {
            form.setTags(message.tag());
        }
        if (message.orderKey() != null) {
            MessageAccessor.putProperty(form, MessageConst.PROPERTY_SHARDING_KEY, message.orderKey());
        }
        setDeliveryTime(form, message.deliveryTime());
        return form;
    }

    /** A delay counts from the insert, which was a moment ago; the broker's own clock decides. */
    private static void setDeliveryTime(Message form, @Nullable DeliveryTime time) {
        if (time == null) {
            return;
        }
        Duration delay = time.delay();
        Instant at = time.at();
        if (delay != null) {
            form.setDelayTimeMs(Math.max(1, delay.toMillis()));
        } else if (at != null) {
            form.setDeliverTimeMs(at.toEpochMilli());
        }
    }

    /**
     * The properties as they travel.
     *
     * @throws InvalidMessageException if they are too long
     */
    static String properties(Message form, OutgoingMessage message) {
        String properties = MessageDecoder.messageProperties2String(form.getProperties());
        if (properties.length() > MAX_PROPERTIES / MAX_BYTES_OF_CHAR) {
            int size = properties.getBytes(StandardCharsets.UTF_8).length;
            if (size > MAX_PROPERTIES) {
                throw new InvalidMessageException("Message for topic '" + message.topic() + "' has headers of " + size
                        + " bytes, above RocketMQ's limit of " + MAX_PROPERTIES
                        + ". Move them into the payload. Nothing was written, or it is rolled back.");
            }
        }
        return properties;
    }
}
