package io.rmqtx.embedded;

import static io.rmqtx.embedded.Clients.message;
import static io.rmqtx.embedded.Clients.unique;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddedRocketMqTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension extension = EmbeddedRocketMqExtension.shared();

    private Clients clients;

    @BeforeEach
    void openClients(EmbeddedRocketMq rocketMq) {
        clients = new Clients(rocketMq);
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }

    @Test
    void whatIsSentIsStoredAndConsumed(EmbeddedRocketMq rocketMq) throws Exception {
        String topic = unique("sent");
        String group = unique("group");
        rocketMq.createTopic(topic, 2);
        rocketMq.createConsumerGroup(group);
        clients.consumer(topic, group, ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
        DefaultMQProducer producer = clients.producer();
        Message message = message(topic, "hello");
        message.setKeys("key-1");
        message.setTags("tag-1");
        message.putUserProperty("colour", "red");
        producer.send(message);

        assertEquals(1, rocketMq.count(topic));
        StoredMessage stored = rocketMq.messages(topic).get(0);
        assertEquals("hello", stored.bodyAsString());
        assertEquals("key-1", stored.keys());
        assertEquals("tag-1", stored.tags());
        assertEquals("red", stored.property("colour"));
        assertEquals(message.getProperty("UNIQ_KEY"), stored.messageId());
        await().atMost(Duration.ofSeconds(10)).until(() -> clients.received.containsKey("hello"));
    }

    @Test
    void aRestartKeepsMessagesAndPortsAndIsQuick(EmbeddedRocketMq rocketMq) throws Exception {
        String topic = unique("restart");
        rocketMq.createTopic(topic, 1);
        DefaultMQProducer producer = clients.producer();
        producer.send(message(topic, "before"));
        String address = rocketMq.brokerAddress();

        long begin = System.nanoTime();
        rocketMq.stopBroker();
        long stopped = System.nanoTime();
        assertFalse(rocketMq.isBrokerRunning());
        assertThrows(EmbeddedRocketMqException.class, () -> rocketMq.messages(topic));
        rocketMq.startBroker();
        long started = System.nanoTime();
        System.out.println(
                "stop " + (stopped - begin) / 1_000_000 + " ms, start " + (started - stopped) / 1_000_000 + " ms");

        assertEquals(address, rocketMq.brokerAddress());
        producer.send(message(topic, "after"));
        assertEquals(2, rocketMq.count(topic));
        assertTrue(started - begin < Duration.ofSeconds(6).toNanos(), "restart took too long");
    }

    @Test
    void aRestartedNameServerLearnsTheTopicsAgain(EmbeddedRocketMq rocketMq) throws Exception {
        String topic = unique("route");
        rocketMq.createTopic(topic, 1);
        rocketMq.stopNameServer();
        rocketMq.startNameServer();
        clients.producer().send(message(topic, "found"));
        assertEquals(1, rocketMq.count(topic));
    }

    @Test
    void anIdleTransactionalProducerIsCheckedSoon(EmbeddedRocketMq rocketMq) throws Exception {
        String topic = unique("checked");
        rocketMq.createTopic(topic, 1);
        AtomicInteger checks = new AtomicInteger();
        TransactionMQProducer producer = clients.transactional(topic, () -> {
            checks.incrementAndGet();
            return LocalTransactionState.COMMIT_MESSAGE;
        });
        producer.sendMessageInTransaction(message(topic, "tx"), null);
        assertEquals(0, rocketMq.count(topic));
        assertEquals(1, rocketMq.pendingHalfMessages());
        await().atMost(Duration.ofMillis(3500)).until(() -> rocketMq.count(topic) == 1);
        assertEquals(1, checks.get());
        await().atMost(Duration.ofSeconds(5)).until(() -> rocketMq.pendingHalfMessages() == 0);
    }

    @Test
    void retriesEndInTheDeadLetters() throws Exception {
        try (EmbeddedRocketMq rocketMq =
                        EmbeddedRocketMq.builder().retryDelays(Duration.ZERO).start();
                Clients own = new Clients(rocketMq)) {
            String topic = unique("retried");
            String group = unique("group");
            rocketMq.createTopic(topic, 1);
            rocketMq.createConsumerGroup(group);
            own.consumer(topic, group, ConsumeConcurrentlyStatus.RECONSUME_LATER);
            own.producer().send(message(topic, "poison"));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> rocketMq.deadLetters(group).size() == 1);
            assertEquals("poison", rocketMq.deadLetters(group).get(0).bodyAsString());
            assertEquals(3, own.received.get("poison").get());
            // a second instance in one JVM, and the first one still works
            String other = unique("other");
            clients.producer().send(message(other, "first instance"));
            assertEquals(1, extension.get().count(other));
            assertEquals(0, rocketMq.count(other));
        }
    }

    @Test
    void nothingListensOnOtherAddresses(EmbeddedRocketMq rocketMq) throws Exception {
        int broker = Integer.parseInt(rocketMq.brokerAddress().split(":", -1)[1]);
        int nameServer = Integer.parseInt(rocketMq.nameServerAddress().split(":", -1)[1]);
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            for (var address :
                    each.inetAddresses().filter(a -> !a.isLoopbackAddress()).toList()) {
                for (int port : new int[] {broker, broker - 2, broker + 1, nameServer}) {
                    try (Socket socket = new Socket()) {
                        assertThrows(
                                java.io.IOException.class,
                                () -> socket.connect(new InetSocketAddress(address, port), 300));
                    }
                }
            }
        }
    }
}
