package io.rmqtx.consumer;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyContext;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.common.message.MessageExt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says RocketMQ's client what to do with a message. */
final class DeliveryListener implements MessageListenerConcurrently {

    private static final Logger log = LoggerFactory.getLogger(DeliveryListener.class);
    private static final int TO_THE_DEAD_LETTERS = -1;
    // With the default key-wait 50 s, far below the client's consume time-out.
    private static final int LOCAL_ROUNDS = 5;

    private final ClientInternals internals;
    private final MessageConsumption consumption;
    private final LaterDelivery later;
    private final AtomicBoolean stopping = new AtomicBoolean();

    DeliveryListener(DefaultMQPushConsumer consumer, MessageConsumption consumption) {
        this.internals = new ClientInternals(consumer);
        this.consumption = consumption;
        this.later = new LaterDelivery(consumer);
    }

    /** Leaves messages that are here but not begun to another instance. */
    void stopping() {
        stopping.set(true);
    }

    @Override
    public ConsumeConcurrentlyStatus consumeMessage(List<MessageExt> messages, ConsumeConcurrentlyContext context) {
        MessageExt message = messages.get(0);
        if (stopping.get()) {
            return untouched(context);
        }
        for (int round = 1; ; round++) {
            switch (consumption.consume(message)) {
                case DONE -> {
                    return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
                }
                case LATER -> {
                    return ConsumeConcurrentlyStatus.RECONSUME_LATER;
                }
                case DEAD_LETTER -> {
                    context.setDelayLevelWhenNextConsume(TO_THE_DEAD_LETTERS);
                    return ConsumeConcurrentlyStatus.RECONSUME_LATER;
                }
                case LATER_UNCOUNTED -> {
                    if (sentLater(message, round)) {
                        return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
                    }
                    if (stopping.get() || Thread.currentThread().isInterrupted()) {
                        return untouched(context);
                    }
                    if (round >= LOCAL_ROUNDS) {
                        // The last resort, and the only case in which waiting for a key counts as an attempt.
                        return ConsumeConcurrentlyStatus.RECONSUME_LATER;
                    }
                }
            }
        }
    }

    private boolean sentLater(MessageExt message, int round) {
        try {
            later.send(message);
            return true;
        } catch (LaterDelivery.DeliveryFailedException e) {
            log.warn(
                    "Message '{}' waits for its idempotency key and could not be postponed; it goes on waiting here"
                            + " (round {} of {}).",
                    LogText.of(message.getMsgId()),
                    round,
                    LOCAL_ROUNDS,
                    e);
        } catch (InterruptedException e) {
            // The client is shutting down; the next wait ends at once, and nothing is acknowledged.
            Thread.currentThread().interrupt();
        }
        return false;
    }

    // The client neither acknowledges nor sends back what belongs to a dropped queue: no attempt is counted.
    private ConsumeConcurrentlyStatus untouched(ConsumeConcurrentlyContext context) {
        internals.drop(context.getMessageQueue());
        return ConsumeConcurrentlyStatus.RECONSUME_LATER;
    }
}
