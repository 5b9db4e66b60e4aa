package io.rmqtx.consumer;

import io.rmqtx.RmqTxConfigurationException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.rocketmq.client.Validators;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.MixAll;
import org.jspecify.annotations.Nullable;

/** RocketMQ's rules for groups, topics and tags, checked at start. */
final class ListenerNames {

    private ListenerNames() {}

    static String group(String group, Subject subject) {
        try {
            Validators.checkGroup(group);
        } catch (MQClientException e) {
            throw illegal("consumer group", group, "1 to 120 of the characters a-z A-Z 0-9 _ - % |", subject, e);
        }
        if (MixAll.isPredefinedGroup(group) || MixAll.isSysConsumerGroup(group)) {
            throw illegal("consumer group", group, "a name that RocketMQ does not reserve for itself", subject, null);
        }
        if (group.startsWith(MixAll.RETRY_GROUP_TOPIC_PREFIX) || group.startsWith(MixAll.DLQ_GROUP_TOPIC_PREFIX)) {
            throw illegal("consumer group", group, "a group's name, not that of one of its topics", subject, null);
        }
        return group;
    }

    static String topic(String topic, Subject subject) {
        try {
            Validators.checkTopic(topic);
        } catch (MQClientException e) {
            throw illegal("topic", topic, "1 to 127 of the characters a-z A-Z 0-9 _ - % |", subject, e);
        }
        try {
            Validators.isSystemTopic(topic);
        } catch (MQClientException e) {
            throw illegal("topic", topic, "a name that RocketMQ does not reserve for itself", subject, e);
        }
        if (topic.startsWith(MixAll.RETRY_GROUP_TOPIC_PREFIX)) {
            throw illegal("topic", topic, "the topic itself; retries of it come by themselves", subject, null);
        }
        return topic;
    }

    /** The single tags of {@code "A || B"}; none for {@code "*"}. */
    static Set<String> tags(String expression, Subject subject) {
        if (expression.trim().equals("*")) {
            return Set.of();
        }
        Set<String> tags = new LinkedHashSet<>();
        for (String part : expression.split("\\|\\|", -1)) {
            String tag = part.trim();
            boolean illegal = tag.isEmpty()
                    || tag.equals("*")
                    || tag.indexOf('|') >= 0
                    || tag.chars().anyMatch(Character::isWhitespace);
            if (illegal) {
                throw illegal(
                        "tag expression",
                        expression,
                        "\"*\", or tags without spaces joined by \" || \"",
                        subject,
                        null);
            }
            tags.add(tag);
        }
        return Set.copyOf(tags);
    }

    private static RmqTxConfigurationException illegal(
            String what, String value, String rule, Subject subject, @Nullable Exception cause) {
        return new RmqTxConfigurationException(
                subject + ": the " + what + " must be " + rule + ", but is '" + value + "'.",
                "Correct it in " + subject.annotation() + ", or in the property that its ${...} names.",
                cause);
    }
}
