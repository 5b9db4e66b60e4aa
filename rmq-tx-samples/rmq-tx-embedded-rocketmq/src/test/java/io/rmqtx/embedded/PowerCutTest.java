package io.rmqtx.embedded;

import static io.rmqtx.embedded.Clients.half;
import static io.rmqtx.embedded.Clients.message;
import static io.rmqtx.embedded.Clients.unique;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.junit.jupiter.api.Test;

class PowerCutTest {

    @Test
    void losesWhatWasNotFlushedAndKeepsWhatWas() throws Exception {
        try (EmbeddedRocketMq rocketMq = EmbeddedRocketMq.builder().start();
                Clients clients = new Clients(rocketMq)) {
            String topic = unique("cut");
            String group = unique("group");
            rocketMq.createTopic(topic, 1);
            rocketMq.createConsumerGroup(group);
            DefaultMQProducer producer = clients.producer();
            TransactionMQProducer transactional =
                    clients.transactional(topic, () -> LocalTransactionState.COMMIT_MESSAGE);
            producer.send(message(topic, "kept"));
            SendResult half = half(transactional, message(topic, "kept half"));
            rocketMq.flush();
            producer.send(message(topic, "lost"));
            int committed = clients.end(transactional, topic, half, MessageSysFlag.TRANSACTION_COMMIT_TYPE, 3000);
            assertEquals(0, committed);
            assertEquals(3, rocketMq.count(topic));

            rocketMq.killBroker();
            producer.setRetryTimesWhenSendFailed(0);
            assertThrows(Exception.class, () -> producer.send(message(topic, "nobody there")));
            rocketMq.startBroker();

            assertEquals(List.of("kept"), bodies(rocketMq, topic));
            // the COMMIT was lost with the tail, so the half message is checked again
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> bodies(rocketMq, topic).equals(List.of("kept", "kept half")));

            producer.send(message(topic, "new"));
            try (Clients first = new Clients(rocketMq)) {
                first.consumer(topic, group, ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> first.received.keySet().containsAll(List.of("kept", "kept half", "new")));
            }

            // The group's position at the broker is ahead of what the next cut leaves of the log: it must fall back,
            // or the group would skip what is sent next.
            rocketMq.killBroker();
            rocketMq.startBroker();
            assertEquals("kept", bodies(rocketMq, topic).get(0));
            producer.send(message(topic, "after the second cut"));
            clients.consumer(topic, group, ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
            await().atMost(Duration.ofSeconds(10)).until(() -> clients.received.containsKey("after the second cut"));
        }
    }

    @Test
    void losesEverythingThatWasNeverFlushed() throws Exception {
        try (EmbeddedRocketMq rocketMq = EmbeddedRocketMq.builder().start();
                Clients clients = new Clients(rocketMq)) {
            String topic = unique("never");
            clients.producer().send(message(topic, "lost"));
            rocketMq.killBroker();
            rocketMq.startBroker();
            assertEquals(0, rocketMq.count(topic));
        }
    }

    @Test
    void batchesAreKeptOrLostLikeOtherMessages() throws Exception {
        try (EmbeddedRocketMq rocketMq = EmbeddedRocketMq.builder().start();
                Clients clients = new Clients(rocketMq)) {
            String topic = unique("batches");
            rocketMq.createTopic(topic, 1);
            DefaultMQProducer producer = clients.producer();
            producer.send(List.of(message(topic, "kept 1"), message(topic, "kept 2")));
            rocketMq.flush();
            producer.send(List.of(message(topic, "lost 1"), message(topic, "lost 2")));
            assertEquals(4, rocketMq.count(topic));
            rocketMq.killBroker();
            rocketMq.startBroker();
            assertEquals(List.of("kept 1", "kept 2"), bodies(rocketMq, topic));
        }
    }

    @Test
    void losesNothingAcknowledgedWithSynchronousFlush() throws Exception {
        try (EmbeddedRocketMq rocketMq =
                        EmbeddedRocketMq.builder().synchronousFlush(true).start();
                Clients clients = new Clients(rocketMq)) {
            String topic = unique("synchronous");
            clients.producer().send(message(topic, "kept"));
            rocketMq.killBroker();
            rocketMq.startBroker();
            assertEquals(List.of("kept"), bodies(rocketMq, topic));
        }
    }

    private static List<String> bodies(EmbeddedRocketMq rocketMq, String topic) {
        return rocketMq.messages(topic).stream()
                .map(StoredMessage::bodyAsString)
                .toList();
    }
}
