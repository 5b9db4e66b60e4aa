package io.rmqtx.producer;

import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.testing.TestApp;
import java.util.Map;
import java.util.Set;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageQueue;

/** A second half message of a call, at a broker of the test's choice: what a repeated send leaves behind. */
final class LeftOverHalf {

    private static final Set<String> OF_THE_FIRST =
            Set.of(MessageConst.PROPERTY_UNIQ_CLIENT_MESSAGE_ID_KEYIDX, MessageConst.PROPERTY_TRANSACTION_ID);

    private LeftOverHalf() {}

    /** Copies a message that was published; the copy has another client id, and the same id of ours. */
    static void send(String nameServer, StoredMessage published, String producerGroup, String broker) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer(TestApp.uniqueName("repeated"));
        producer.setNamesrvAddr(nameServer);
        producer.setInstanceName(TestApp.uniqueName("repeated"));
        producer.start();
        try {
            Message half = new Message(published.topic(), published.body());
            for (Map.Entry<String, String> property : published.properties().entrySet()) {
                if (!OF_THE_FIRST.contains(property.getKey())) {
                    MessageAccessor.putProperty(half, property.getKey(), property.getValue());
                }
            }
            MessageAccessor.putProperty(half, MessageConst.PROPERTY_TRANSACTION_PREPARED, "true");
            MessageAccessor.putProperty(half, MessageConst.PROPERTY_PRODUCER_GROUP, producerGroup);
            producer.send(half, new MessageQueue(published.topic(), broker, 0));
        } finally {
            producer.shutdown();
        }
    }
}
