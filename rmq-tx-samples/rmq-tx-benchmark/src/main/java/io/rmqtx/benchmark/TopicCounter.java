package io.rmqtx.benchmark;

import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.producer.DefaultMQProducerImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.topic.TopicValidator;

/** Counts what consumers can see, by the queues' ends as the broker tells them. */
final class TopicCounter implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final DefaultMQProducer client = new DefaultMQProducer("benchmark-counter");
    private final DefaultMQProducerImpl implementation = implementationOf(client);

    /** Connects. */
    TopicCounter(String nameServer) throws MQClientException {
        client.setNamesrvAddr(nameServer);
        client.setInstanceName("benchmark-counter");
        client.setMqClientApiTimeout(15_000); // as patient as the contenders
        client.start();
    }

    /** Creates a topic, with as many queues as a producer gives it by default, and waits until it is known. */
    void create(String topic) throws MQClientException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                implementation.createTopic(
                        TopicValidator.AUTO_CREATE_TOPIC_KEY_TOPIC, topic, client.getDefaultTopicQueueNums());
                visible(topic);
                return;
            } catch (MQClientException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    /** How many messages have ever become visible in the topic. */
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
