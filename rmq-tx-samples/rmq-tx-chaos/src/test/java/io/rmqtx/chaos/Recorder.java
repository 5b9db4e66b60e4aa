package io.rmqtx.chaos;

import io.rmqtx.spi.MessageHeaders;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;

/** A plain consumer that knows nothing of rmq-tx, and remembers what it saw. */
final class Recorder implements AutoCloseable {

    private final DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("recorder");
    private final Map<String, AtomicInteger> copies = new ConcurrentHashMap<>();

    Recorder(String nameServer, String topic) {
        consumer.setNamesrvAddr(nameServer);
        consumer.setInstanceName("recorder");
        consumer.setPollNameServerInterval(1_000);
        consumer.setHeartbeatBrokerInterval(1_000);
        consumer.setConsumeThreadMin(2);
        consumer.setConsumeThreadMax(2);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        MessageListenerConcurrently listener = (messages, context) -> record(messages);
        consumer.registerMessageListener(listener);
        try {
            consumer.subscribe(topic, "*");
            consumer.start();
        } catch (MQClientException e) {
            throw new IllegalStateException(e);
        }
    }

    private ConsumeConcurrentlyStatus record(List<MessageExt> messages) {
        for (MessageExt message : messages) {
            copies.computeIfAbsent(message.getProperty(MessageHeaders.KEY), key -> new AtomicInteger())
                    .incrementAndGet();
        }
        return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
    }

    /** How many copies with this business key it saw. */
    int copies(String key) {
        AtomicInteger seen = copies.get(key);
        return seen == null ? 0 : seen.get();
    }

    /** The keys that it saw. */
    int keys() {
        return copies.size();
    }

    /** The copies of all keys. */
    int copies() {
        return copies.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    @Override
    public void close() {
        consumer.shutdown();
    }
}
