package io.rmqtx.consumer;

import java.util.List;
import java.util.Objects;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.consumer.DefaultMQPushConsumerImpl;
import org.apache.rocketmq.client.impl.factory.MQClientInstance;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.heartbeat.ConsumerData;
import org.apache.rocketmq.remoting.protocol.heartbeat.HeartbeatData;
import org.apache.rocketmq.remoting.protocol.route.TopicRouteData;

/**
 * What we need of RocketMQ's client and its API does not offer; the only place that reaches into it (5.5.0). Everything
 * here is for a consumer that is started.
 */
@SuppressWarnings("deprecation") // The way in, and the namespace of clients that still use the old one.
final class ClientInternals {

    private final DefaultMQPushConsumer consumer;

    ClientInternals(DefaultMQPushConsumer consumer) {
        this.consumer = consumer;
    }

    boolean hasRoute(String topic) {
        return connections().getTopicRouteTable().containsKey(wireName(topic));
    }

    /** The addresses of the masters that the topic's route names; none if it has no route. */
    List<String> masters(String topic) {
        TopicRouteData route = connections().getTopicRouteTable().get(wireName(topic));
        return route == null
                ? List.of()
                : route.getBrokerDatas().stream()
                        .map(broker -> broker.getBrokerAddrs().get(MixAll.MASTER_ID))
                        .filter(Objects::nonNull)
                        .toList();
    }

    /** Sends what the client sends from time to time, and throws what the client keeps to itself. */
    void heartbeat(String broker) throws RemotingException, MQBrokerException, InterruptedException {
        DefaultMQPushConsumerImpl implementation = consumer.getDefaultMQPushConsumerImpl();
        ConsumerData data = new ConsumerData();
        data.setGroupName(implementation.groupName());
        data.setConsumeType(implementation.consumeType());
        data.setMessageModel(implementation.messageModel());
        data.setConsumeFromWhere(implementation.consumeFromWhere());
        data.setSubscriptionDataSet(implementation.subscriptions());
        data.setUnitMode(implementation.isUnitMode());
        HeartbeatData heartbeat = new HeartbeatData();
        heartbeat.setClientID(connections().getClientId());
        heartbeat.getConsumerDataSet().add(data);
        int unused =
                connections().getMQClientAPIImpl().sendHeartbeat(broker, heartbeat, consumer.getMqClientApiTimeout());
    }

    /** Whether the broker has taken the heartbeat; it says nothing of a group that it does not know. */
    boolean isMember(String broker) throws RemotingException, MQBrokerException, InterruptedException {
        try {
            return !connections()
                    .getMQClientAPIImpl()
                    .getConsumerIdListByGroup(broker, consumer.getConsumerGroup(), consumer.getMqClientApiTimeout())
                    .isEmpty();
        } catch (MQBrokerException e) {
            if (e.getResponseCode() == ResponseCode.SYSTEM_ERROR
                    && String.valueOf(e.getErrorMessage()).startsWith("no consumer for this group")) {
                return false;
            }
            throw e;
        }
    }

    /** The topic as the broker knows it. */
    String wireName(String topic) {
        return consumer.withNamespace(topic);
    }

    /** Sends by the producer that each client has for its own retries. */
    SendResult send(Message message)
            throws MQClientException, RemotingException, MQBrokerException, InterruptedException {
        return connections().getDefaultMQProducer().send(message);
    }

    /** Gives the queue up: the client neither acknowledges nor sends back what it still has of it. */
    void drop(MessageQueue queue) {
        var processing = consumer.getDefaultMQPushConsumerImpl()
                .getRebalanceImpl()
                .getProcessQueueTable()
                .get(queue);
        if (processing != null) {
            processing.setDropped(true);
        }
    }

    private MQClientInstance connections() {
        return consumer.getDefaultMQPushConsumerImpl().getmQClientFactory();
    }
}
