package io.rmqtx.consumer;

import io.rmqtx.spi.SystemProperties;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.jspecify.annotations.Nullable;

/**
 * Has a message delivered again, to this group only, without counting an attempt: RocketMQ's own RECONSUME_LATER would
 * count. Sends the copy that the client's own fallback (DefaultMQPushConsumerImpl.sendMessageBackAsNormalMessage,
 * 5.5.0) sends, but with the count unchanged and the shortest delay.
 */
final class LaterDelivery {

    private static final int SHORTEST_DELAY_LEVEL = 1;

    private final DefaultMQPushConsumer consumer;
    private final ClientInternals internals;

    LaterDelivery(DefaultMQPushConsumer consumer) {
        this.consumer = consumer;
        this.internals = new ClientInternals(consumer);
    }

    /** Sends the copy. Only when this returns may the original be acknowledged. */
    void send(MessageExt original) throws DeliveryFailedException, InterruptedException {
        try {
            SendResult result = internals.send(copyOf(original));
            // FLUSH_DISK_TIMEOUT and the like: the copy may get lost, so the original stays.
            if (result.getSendStatus() != SendStatus.SEND_OK) {
                throw new DeliveryFailedException("The broker answered " + result.getSendStatus() + ".", null);
            }
        } catch (MQClientException | RemotingException | MQBrokerException | RuntimeException e) {
            throw new DeliveryFailedException("The copy could not be sent.", e);
        }
    }

    private Message copyOf(MessageExt original) {
        Message copy = new Message(MixAll.getRetryTopic(consumer.getConsumerGroup()), original.getBody());
        copy.setFlag(original.getFlag());
        original.getProperties().forEach((name, value) -> {
            if (isKept(name)) {
                MessageAccessor.putProperty(copy, name, value);
            }
        });
        String origin = MessageAccessor.getOriginMessageId(original);
        MessageAccessor.setOriginMessageId(copy, origin == null || origin.isBlank() ? original.getMsgId() : origin);
        MessageAccessor.putProperty(copy, MessageConst.PROPERTY_RETRY_TOPIC, internals.wireName(original.getTopic()));
        MessageAccessor.setReconsumeTime(copy, String.valueOf(original.getReconsumeTimes()));
        // Not less than the count, or the broker would put the copy into the dead-letter queue.
        MessageAccessor.setMaxReconsumeTimes(
                copy, String.valueOf(Math.max(consumer.getMaxReconsumeTimes(), original.getReconsumeTimes())));
        copy.setDelayTimeLevel(SHORTEST_DELAY_LEVEL);
        return copy;
    }

    // The rest of RocketMQ's own properties belong to the delivery that is over; TRAN_MSG would make a half message.
    private static boolean isKept(String name) {
        return switch (name) {
            case MessageConst.PROPERTY_KEYS,
                    MessageConst.PROPERTY_TAGS,
                    MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX,
                    MessageConst.PROPERTY_TRACE_SWITCH,
                    MessageConst.PROPERTY_MSG_REGION -> true;
            default -> !SystemProperties.contains(name);
        };
    }

    /** The copy is not safely with the broker. */
    static final class DeliveryFailedException extends Exception {
        private static final long serialVersionUID = 1L;

        private DeliveryFailedException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
