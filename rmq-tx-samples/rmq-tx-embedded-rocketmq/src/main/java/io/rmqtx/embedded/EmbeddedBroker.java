package io.rmqtx.embedded;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.rocketmq.broker.transaction.queue.TransactionalMessageServiceImpl;
import org.apache.rocketmq.broker.transaction.queue.TransactionalMessageUtil;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.constant.PermName;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;

/**
 * One of the brokers of an {@link EmbeddedRocketMq}: a master with a store, ports and faults of its own.
 *
 * <p>All methods may be called from any thread; one that starts or stops the broker returns when that is done.
 */
public final class EmbeddedBroker {

    private final BrokerNode node;
    private final EmbeddedRocketMq cluster;

    EmbeddedBroker(BrokerNode node, EmbeddedRocketMq cluster) {
        this.node = node;
        this.cluster = cluster;
    }

    /** Its name, by which clients and the name server know it. */
    public String name() {
        return node.name();
    }

    /** "127.0.0.1:port". The same over all restarts. */
    public String address() {
        return node.address();
    }

    /** Faults for requests to this broker, and counters; they survive a restart. */
    public FaultSwitches faults() {
        return node.faults();
    }

    /** Creates a topic here, or changes its number of queues, and waits until the name server tells clients of it. */
    public void createTopic(String topic, int queues) {
        synchronized (cluster) {
            int permission = PermName.PERM_READ | PermName.PERM_WRITE;
            node.running()
                    .getTopicConfigManager()
                    .updateTopicConfig(new TopicConfig(topic, queues, queues, permission));
            node.register(topic, queues);
        }
    }

    /** Creates a consumer group with its retry topic here; see {@link EmbeddedRocketMq#createConsumerGroup}. */
    public void createConsumerGroup(String group) {
        synchronized (cluster) {
            SubscriptionGroupConfig config = new SubscriptionGroupConfig();
            config.setGroupName(group);
            node.running().getSubscriptionGroupManager().updateSubscriptionGroupConfig(config);
            createTopic(MixAll.getRetryTopic(group), 1);
        }
    }

    /** Stops it as an operator would: everything stored is on the disk. Nothing happens if it is stopped. */
    public void stop() {
        synchronized (cluster) {
            node.stop();
        }
    }

    /** Starts it on its store and port, and waits for its route. Nothing happens if it is running. */
    public void start() {
        synchronized (cluster) {
            cluster.requireOpen();
            node.start();
        }
    }

    /** True between a start and the next stop or kill. */
    public boolean isRunning() {
        synchronized (cluster) {
            return node.isRunning();
        }
    }

    /** A power cut at this broker; see {@link EmbeddedRocketMq#killBroker()}. */
    public void kill() {
        synchronized (cluster) {
            node.kill();
        }
    }

    /** Everything acknowledged by it so far is on the disk from now on. */
    public void flush() {
        synchronized (cluster) {
            node.flush();
        }
    }

    /** Everything in the topic's queues here; see {@link EmbeddedRocketMq#messages(String)}. */
    public List<StoredMessage> messages(String topic) {
        synchronized (cluster) {
            return reader().messages(topic);
        }
    }

    /** The number of messages in the topic here, all queues; 0 if there is no such topic. */
    public long count(String topic) {
        synchronized (cluster) {
            return reader().count(topic);
        }
    }

    /** Half messages here that wait for their end; see {@link EmbeddedRocketMq#pendingHalfMessages()}. */
    public long pendingHalfMessages() {
        synchronized (cluster) {
            StoreReader reader = reader();
            TransactionalMessageServiceImpl service =
                    (TransactionalMessageServiceImpl) node.running().getTransactionalMessageService();
            Map<Integer, Set<Long>> endedUnmarked = new HashMap<>();
            service.getDeleteContext()
                    .forEach((queueId, context) -> context.getContextQueue().forEach(offset -> endedUnmarked
                            .computeIfAbsent(queueId, id -> new HashSet<>())
                            .add(Long.valueOf(offset.replace(TransactionalMessageUtil.OFFSET_SEPARATOR, "")))));
            long position = node.running()
                    .getConsumerOffsetManager()
                    .queryOffset(
                            TransactionalMessageUtil.buildConsumerGroup(),
                            TransactionalMessageUtil.buildHalfTopic(),
                            0);
            return reader.pendingHalfMessages(Map.of(0, Math.max(0, position)), endedUnmarked);
        }
    }

    void registerAgain() {
        node.registerAgain();
    }

    private StoreReader reader() {
        return new StoreReader(node.running().store());
    }
}
