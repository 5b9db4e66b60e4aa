package io.rmqtx.consumer;

import io.rmqtx.MessageContext;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.spi.SystemProperties;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.jspecify.annotations.Nullable;

/** Reads what a listener may know from a message as RocketMQ delivers it. */
final class MessageContexts {

    private MessageContexts() {}

    static MessageContext of(MessageExt message, String group, int maxAttempts) {
        Map<String, String> headers = userProperties(message);
        String messageId = messageId(message, headers);
        return new MessageContext(
                messageId,
                message.getTopic(),
                group,
                textOrNull(message.getTags()),
                key(message, headers, messageId),
                textOrNull(headers.get(MessageHeaders.TYPE)),
                message.getReconsumeTimes() + 1,
                maxAttempts,
                Instant.ofEpochMilli(message.getStoreTimestamp()),
                headers,
                offsetId(message));
    }

    private static Map<String, String> userProperties(MessageExt message) {
        Map<String, String> headers = new HashMap<>();
        if (message.getProperties() != null) {
            message.getProperties().forEach((name, value) -> {
                if (name != null && value != null && !SystemProperties.contains(name)) {
                    headers.put(name, value);
                }
            });
        }
        return headers;
    }

    // The producer's client gives UNIQ_KEY, and the broker keeps it in its retries. Weaker than our id: a sender that
    // calls send() again gives another one. A client that gives none leaves the id of the first copy.
    private static String messageId(MessageExt message, Map<String, String> headers) {
        String ours = textOrNull(headers.get(MessageHeaders.MESSAGE_ID));
        if (ours != null) {
            return ours;
        }
        String clients = textOrNull(message.getProperty(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX));
        if (clients != null) {
            return clients;
        }
        String firstCopy = textOrNull(message.getProperty(MessageConst.PROPERTY_ORIGIN_MESSAGE_ID));
        return firstCopy != null ? firstCopy : message.getMsgId();
    }

    // KEYS hold our message id beside the business key, so that the broker's index finds the message by either.
    private static @Nullable String key(MessageExt message, Map<String, String> headers, String messageId) {
        String ours = textOrNull(headers.get(MessageHeaders.KEY));
        if (ours != null || message.getKeys() == null) {
            return ours;
        }
        StringBuilder rest = new StringBuilder();
        for (String part : message.getKeys().trim().split("\\s+", -1)) {
            if (!part.equals(messageId)) {
                rest.append(rest.isEmpty() ? "" : MessageConst.KEY_SEPARATOR).append(part);
            }
        }
        return textOrNull(rest.toString());
    }

    private static String offsetId(MessageExt message) {
        return message instanceof org.apache.rocketmq.common.message.MessageClientExt client
                ? client.getOffsetMsgId()
                : message.getMsgId();
    }

    private static @Nullable String textOrNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
