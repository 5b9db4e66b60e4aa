package io.rmqtx.benchmark;

import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.producer.DefaultMQProducerImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageQueue;

/** Counts what consumers can see, by the queues' ends as the broker tells them. */
final class TopicCounter implements AutoCloseable {

    private final DefaultMQProducer client = new DefaultMQProducer("benchmark-counter");
    private final DefaultMQProducerImpl implementation = implementationOf(client);

    /** Connects. */
    TopicCounter(String nameServer) throws MQClientException {
        client.setNamesrvAddr(nameServer);
        client.setInstanceName("benchmark-counter");
        client.setMqClientApiTimeout(15_000); // as patient as the contenders
        client.start();
    }

    /** How many messages have ever become visible in the topic; none if there is no such topic yet. */
    long visible(String topic) throws MQClientException {
        long sum = 0;
        for (MessageQueue queue : implementation.fetchPublishMessageQueues(topic)) {
            sum += implementation.maxOffset(queue);
        }
        return sum;
    }

    /** Deprecated as not meant for users; offsets are to be had nowhere else. */
    @SuppressWarnings("deprecation")
    private static DefaultMQProducerImpl implementationOf(DefaultMQProducer producer) {
        return producer.getDefaultMQProducerImpl();
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
