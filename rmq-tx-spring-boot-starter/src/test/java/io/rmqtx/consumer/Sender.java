package io.rmqtx.consumer;

import io.rmqtx.spi.MessageHeaders;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;

/** A producer that knows nothing of rmq-tx. */
final class Sender implements AutoCloseable {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final DefaultMQProducer producer = new DefaultMQProducer("sender-" + NUMBER.incrementAndGet());

    Sender(String nameServer) throws Exception {
        producer.setNamesrvAddr(nameServer);
        producer.setInstanceName("sender-" + NUMBER.incrementAndGet());
        producer.setPollNameServerInterval(500);
        producer.start();
    }

    /** With our message id, as rmq-tx sends it. */
    void send(String topic, String messageId, String body) throws Exception {
        Message message = new Message(topic, body.getBytes(StandardCharsets.UTF_8));
        message.putUserProperty(MessageHeaders.MESSAGE_ID, messageId);
        message.setKeys(messageId + " order-7");
        send(message);
    }

    void send(Message message) throws Exception {
        SendStatus status = producer.send(message, 10_000).getSendStatus();
        if (status != SendStatus.SEND_OK) {
            throw new IllegalStateException("not stored: " + status);
        }
    }

    @Override
    public void close() {
        producer.shutdown();
    }
}
