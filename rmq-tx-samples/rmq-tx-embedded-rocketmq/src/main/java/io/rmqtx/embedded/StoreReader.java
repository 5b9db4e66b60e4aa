package io.rmqtx.embedded;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.rocketmq.broker.transaction.queue.TransactionalMessageUtil;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.queue.ConsumeQueueInterface;
import org.apache.rocketmq.store.queue.CqUnit;
import org.apache.rocketmq.store.queue.ReferredIterator;

/** Reads topics from a running broker's store, past all consumers. */
final class StoreReader {

    private final DefaultMessageStore store;

    StoreReader(DefaultMessageStore store) {
        this.store = store;
        // What is acknowledged reaches the queues a moment later.
        boolean unused = Waiting.isMet(Duration.ofSeconds(5), () -> store.dispatchBehindBytes() <= 0);
    }

    List<StoredMessage> messages(String topic) {
        List<StoredMessage> messages = new ArrayList<>();
        for (ConsumeQueueInterface queue : queues(topic).values()) {
            messages.addAll(from(queue, queue.getMinOffsetInQueue()));
        }
        return messages;
    }

    long count(String topic) {
        return queues(topic).values().stream()
                .mapToLong(queue -> queue.getMaxOffsetInQueue() - queue.getMinOffsetInQueue())
                .sum();
    }

    private Map<Integer, ConsumeQueueInterface> queues(String topic) {
        ConcurrentMap<Integer, ConsumeQueueInterface> queues =
                store.getConsumeQueueTable().get(topic);
        return queues == null ? Map.of() : new TreeMap<>(queues);
    }

    private List<StoredMessage> from(ConsumeQueueInterface queue, long offset) {
        List<StoredMessage> messages = new ArrayList<>();
        ReferredIterator<CqUnit> units = queue.iterateFrom(Math.max(offset, queue.getMinOffsetInQueue()));
        if (units == null) {
            return messages;
        }
        try {
            while (units.hasNext()) {
                CqUnit unit = units.next();
                MessageExt message = store.lookMessageByOffset(unit.getPos(), unit.getSize());
                if (message != null) {
                    messages.add(StoredMessage.of(message));
                }
            }
        } finally {
            units.release();
        }
        return messages;
    }

    /** Half messages that have neither a mark that they are ended nor a later copy. */
    long pendingHalfMessages(Map<Integer, Long> halfPositions, Map<Integer, Set<Long>> endedUnmarked) {
        Map<Integer, Set<Long>> ended = new HashMap<>();
        for (StoredMessage mark : messages(TransactionalMessageUtil.buildOpTopic())) {
            Set<Long> offsets = ended.computeIfAbsent(mark.queueId(), id -> new HashSet<>());
            for (String offset : new String(mark.body(), StandardCharsets.UTF_8)
                    .split(TransactionalMessageUtil.OFFSET_SEPARATOR, -1)) {
                if (!offset.isBlank()) {
                    offsets.add(Long.valueOf(offset.trim()));
                }
            }
        }
        Set<String> pending = new HashSet<>();
        queues(TransactionalMessageUtil.buildHalfTopic()).forEach((queueId, queue) -> {
            Set<Long> marked = ended.getOrDefault(queueId, Set.of());
            Set<Long> unmarked = endedUnmarked.getOrDefault(queueId, Set.of());
            for (StoredMessage half : from(queue, halfPositions.getOrDefault(queueId, 0L))) {
                if (!marked.contains(half.queueOffset()) && !unmarked.contains(half.queueOffset())) {
                    // A copy that the broker makes before a check has the same id.
                    pending.add(half.messageId() == null ? "@" + half.queueOffset() : half.messageId());
                }
            }
        });
        return pending.size();
    }
}
