package io.rmqtx.embedded;

import static io.rmqtx.embedded.Clients.message;
import static io.rmqtx.embedded.Clients.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two masters behind one name server. */
class TwoBrokersTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension extension =
            EmbeddedRocketMqExtension.dedicated(builder -> builder.brokers(2).autoCreateTopics(false));

    private final EmbeddedRocketMq rocketMq = extension.get();
    private final EmbeddedBroker first = rocketMq.broker("broker-a");
    private final EmbeddedBroker second = rocketMq.broker("broker-b");

    @Test
    void eachHasAStoreFaultsAndALifeOfItsOwn() throws Exception {
        String topic = unique("both");
        rocketMq.createTopic(topic, 2);
        try (Clients clients = new Clients(rocketMq)) {
            DefaultMQProducer producer = clients.producer();
            for (int i = 0; i < 8; i++) {
                producer.send(message(topic, "m" + i));
            }
            assertNotEquals(first.address(), second.address());
            assertEquals(4, first.count(topic));
            assertEquals(4, second.count(topic));
            assertEquals(8, rocketMq.messages(topic).size());
            assertEquals(4, first.faults().seenSends());

            second.stop();
            assertFalse(rocketMq.isBrokerRunning());
            assertTrue(first.isRunning());
            assertEquals(4, first.messages(topic).size());
            EmbeddedRocketMqException stopped =
                    assertThrows(EmbeddedRocketMqException.class, () -> rocketMq.count(topic));
            assertTrue(stopped.getMessage().contains("broker-b"), stopped::getMessage);
            producer.send(message(topic, "to the one that is left"));
            assertEquals(5, first.count(topic));

            second.start();
            assertEquals(4, second.count(topic));
        }
    }

    @Test
    void aTopicCanLiveOnOneOfThem() {
        String topic = unique("one");
        second.createTopic(topic, 1);
        assertEquals(0, first.count(topic));
        assertEquals(0, rocketMq.count(topic));
    }

    @Test
    void whatIsMeantForOneBrokerRefusesToGuess() {
        EmbeddedRocketMqException refused = assertThrows(EmbeddedRocketMqException.class, rocketMq::faults);
        assertTrue(refused.getMessage().contains("broker(\"broker-a\")"), refused::getMessage);
        assertThrows(EmbeddedRocketMqException.class, rocketMq::brokerAddress);
        EmbeddedRocketMqException unknown =
                assertThrows(EmbeddedRocketMqException.class, () -> rocketMq.broker("broker-c"));
        assertTrue(unknown.getMessage().contains("broker-a, broker-b"), unknown::getMessage);
    }
}
