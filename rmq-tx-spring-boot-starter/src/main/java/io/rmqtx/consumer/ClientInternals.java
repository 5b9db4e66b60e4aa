package io.rmqtx.consumer;

import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;

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
        return consumer.getDefaultMQPushConsumerImpl()
                .getmQClientFactory()
                .getTopicRouteTable()
                .containsKey(wireName(topic));
    }

    /** The topic as the broker knows it. */
    String wireName(String topic) {
        return consumer.withNamespace(topic);
    }

    /** Sends by the producer that each client has for its own retries. */
    SendResult send(Message message)
            throws MQClientException, RemotingException, MQBrokerException, InterruptedException {
        return consumer.getDefaultMQPushConsumerImpl()
                .getmQClientFactory()
                .getDefaultMQProducer()
                .send(message);
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
}
