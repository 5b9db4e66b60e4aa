package io.rmqtx.consumer;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.store.OffsetStore;
import org.apache.rocketmq.client.consumer.store.ReadOffsetType;
import org.apache.rocketmq.common.message.MessageQueue;

/** A fault: the process dies before the broker hears of anything that was consumed. */
final class LostAcknowledgements implements OffsetStore {

    private final Map<MessageQueue, Long> offsets = new ConcurrentHashMap<>();

    @SuppressWarnings("deprecation") // Meant for the client itself, and the only way in.
    static void in(DefaultMQPushConsumer client) {
        client.setOffsetStore(new LostAcknowledgements());
    }

    @Override
    public void load() {}

    @Override
    public void updateOffset(MessageQueue queue, long offset, boolean increaseOnly) {
        offsets.put(queue, offset);
    }

    @Override
    public void updateAndFreezeOffset(MessageQueue queue, long offset) {
        offsets.put(queue, offset);
    }

    // Nothing in memory: else each pull would commit it to the broker. Nothing stored: start at the first.
    @Override
    public long readOffset(MessageQueue queue, ReadOffsetType type) {
        return type == ReadOffsetType.READ_FROM_MEMORY ? 0 : -1;
    }

    @Override
    public void persistAll(Set<MessageQueue> queues) {}

    @Override
    public void persist(MessageQueue queue) {}

    @Override
    public void removeOffset(MessageQueue queue) {}

    @Override
    public Map<MessageQueue, Long> cloneOffsetTable(String topic) {
        return Map.of();
    }

    @Override
    public void updateConsumeOffsetToBroker(MessageQueue queue, long offset, boolean oneway) {}
}
