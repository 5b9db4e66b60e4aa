package io.rmqtx.benchmark.contender;

import java.util.List;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;

/** RocketMQ's own producer, and synchronous sends of messages about purchases. Thread-safe. */
final class PlainSender implements AutoCloseable {

    private final String topic;
    private final DefaultMQProducer producer;

    /** Starts the producer. */
    PlainSender(Setup setup) throws MQClientException {
        this.topic = setup.topic();
        this.producer = new DefaultMQProducer(setup.name() + "-producer");
        producer.setNamesrvAddr(setup.nameServer());
        producer.setMqClientApiTimeout(Setup.PATIENCE_MILLIS);
        producer.setSendMsgTimeout(Setup.PATIENCE_MILLIS);
        producer.start();
    }

    Message message(String key, byte[] body) {
        return new Message(topic, "PLACED", key, body);
    }

    /** Returns when the broker has acknowledged it. */
    void send(String key, byte[] body) throws Exception {
        requireStored(producer.send(message(key, body)));
    }

    /** Many in one request. */
    void send(List<Message> messages) throws Exception {
        requireStored(producer.send(messages));
    }

    private static void requireStored(SendResult result) {
        if (result.getSendStatus() != SendStatus.SEND_OK) {
            throw new IllegalStateException("not stored: " + result);
        }
    }

    @Override
    public void close() {
        producer.shutdown();
    }
}
