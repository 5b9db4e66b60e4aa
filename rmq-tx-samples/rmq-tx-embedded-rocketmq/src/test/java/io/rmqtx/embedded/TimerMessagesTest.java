package io.rmqtx.embedded;

import static io.rmqtx.embedded.Clients.message;
import static io.rmqtx.embedded.Clients.unique;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TimerMessagesTest {

    private static final Duration DELAY = Duration.ofSeconds(2);

    private static final AtomicReference<MessageStoreConfig> store = new AtomicReference<>();

    @RegisterExtension
    static final EmbeddedRocketMqExtension extension = EmbeddedRocketMqExtension.dedicated(
            builder -> builder.timerMessages().customizeStore(store::set));

    private final EmbeddedRocketMq rocketMq = extension.get();
    private Clients clients;
    private DefaultMQProducer producer;
    private String topic;

    @BeforeEach
    void openClients() throws Exception {
        clients = new Clients(rocketMq);
        producer = clients.producer();
        topic = unique("timers");
        rocketMq.createTopic(topic, 1);
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }

    @Test
    void aTimerMessageShowsAtItsTimeAndNotBefore() throws Exception {
        String group = unique("group");
        rocketMq.createConsumerGroup(group);
        clients.consumer(topic, group, ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
        producer.send(message(topic, "at once"));
        Instant sent = Instant.ofEpochMilli(System.currentTimeMillis());
        Message at = message(topic, "at");
        at.setDeliverTimeMs(sent.plus(DELAY).toEpochMilli());
        at.putUserProperty("colour", "red");
        producer.send(at);
        Message after = message(topic, "after");
        after.setDelayTimeMs(DELAY.toMillis());
        producer.send(after);
        assertEquals(List.of("at once"), bodies());

        await().atMost(Duration.ofSeconds(10)).until(() -> rocketMq.count(topic) == 3);
        for (StoredMessage message : rocketMq.messages(topic).subList(1, 3)) {
            Duration took = Duration.between(sent, message.storedAt());
            assertTrue(took.compareTo(DELAY) >= 0, () -> message + " came after " + took);
            assertTrue(took.compareTo(DELAY.plusSeconds(3)) <= 0, () -> message + " came after " + took);
        }
        assertEquals("red", delivered("at").property("colour"));
        assertEquals(at.getProperty("UNIQ_KEY"), delivered("at").messageId());
        await().atMost(Duration.ofSeconds(10)).until(() -> clients.received.size() == 3);
        assertEquals(1, clients.times("at"));
        assertEquals(1, clients.times("after"));
    }

    @Test
    void aStopIsQuickAndLosesNoTimerMessage() throws Exception {
        Instant due = Instant.ofEpochMilli(System.currentTimeMillis()).plus(DELAY);
        send("due while stopped", due.minusMillis(1500));
        send("due later", due.plusSeconds(2));
        long begin = System.nanoTime();
        rocketMq.stopBroker();
        Duration stop = Duration.ofNanos(System.nanoTime() - begin);
        await().atMost(Duration.ofSeconds(10)).until(() -> Instant.now().isAfter(due));
        rocketMq.startBroker();
        await().atMost(Duration.ofSeconds(10)).until(() -> rocketMq.count(topic) == 2);
        assertEquals(List.of("due while stopped", "due later"), bodies());
        assertFalse(delivered("due later").storedAt().isBefore(due.plusSeconds(2)));
        assertTrue(stop.compareTo(Duration.ofSeconds(6)) < 0, () -> "stop took " + stop);
    }

    @Test
    void aPowerCutTakesDeliveriesBackAndLosesWhatWasNotFlushed() throws Exception {
        Instant sent = Instant.now();
        send("delivered before the flush", sent.plusMillis(300));
        await().atMost(Duration.ofSeconds(10)).until(() -> rocketMq.count(topic) == 1);
        Instant due = Instant.now().plusSeconds(1);
        send("delivered before the cut", due);
        send("waits", due.plusSeconds(5));
        rocketMq.flush();
        send("lost", due.plusSeconds(4));
        await().atMost(Duration.ofSeconds(10)).until(() -> rocketMq.count(topic) == 2);
        rocketMq.killBroker();
        rocketMq.startBroker();
        await().atMost(Duration.ofSeconds(20)).until(() -> bodies().contains("waits"));
        assertEquals(List.of("delivered before the flush", "delivered before the cut", "waits"), bodies());
    }

    @Test
    void whatBecameDueBeforeItWasSortedInIsDeliveredAfterTheStart() throws Exception {
        store.get().setTimerStopEnqueue(true);
        Instant due = Instant.now().plusMillis(300);
        send("overlooked", due);
        await().atMost(Duration.ofSeconds(10)).until(() -> Instant.now().isAfter(due.plusMillis(500)));
        assertEquals(0, rocketMq.count(topic));
        rocketMq.restartBroker();
        await().atMost(Duration.ofSeconds(10)).until(() -> bodies().equals(List.of("overlooked")));
    }

    @Test
    void theyAreRefusedWhereTheyAreNotSwitchedOn() throws Exception {
        try (EmbeddedRocketMq without = EmbeddedRocketMq.builder().start();
                Clients own = new Clients(without)) {
            DefaultMQProducer other = own.producer();
            other.setRetryTimesWhenSendFailed(0);
            Message message = message(topic, "refused");
            message.setDelayTimeMs(10);
            Exception refused = assertThrows(MQClientException.class, () -> other.send(message));
            assertTrue(refused.getCause().getMessage().contains("timerWheelEnable is false"), refused::toString);
        }
    }

    private void send(String body, Instant due) throws Exception {
        Message message = message(topic, body);
        message.setDeliverTimeMs(due.toEpochMilli());
        producer.send(message);
    }

    private List<String> bodies() {
        return rocketMq.messages(topic).stream()
                .map(StoredMessage::bodyAsString)
                .toList();
    }

    private StoredMessage delivered(String body) {
        return rocketMq.messages(topic).stream()
                .filter(message -> message.bodyAsString().equals(body))
                .findFirst()
                .orElseThrow();
    }
}
