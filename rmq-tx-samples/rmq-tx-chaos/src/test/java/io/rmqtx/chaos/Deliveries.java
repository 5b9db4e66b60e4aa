package io.rmqtx.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.spi.MessageHeaders;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;

/** Money for an account of its own, one message in each queue of a topic of its own, for a group of its own. */
final class Deliveries {

    static final int QUEUES = 2;
    private static final BigDecimal AMOUNT = new BigDecimal("0.01");

    private final World world;
    private final String group;
    private final String account;
    private final List<String> messageIds = new ArrayList<>();

    Deliveries(World world) {
        this.world = world;
        int number = world.number();
        this.group = "credit-" + number;
        this.account = "c-" + number;
        world.broker.createTopic(topic(), QUEUES);
        world.broker.createConsumerGroup(group);
        world.credit.account(account, "0.00");
    }

    String group() {
        return group;
    }

    String topic() {
        return "topic-" + group;
    }

    /** How many have had their effect. */
    long effects() {
        return world.credit.count("credit WHERE account = ?", account);
    }

    /** The effect and its key, or neither. */
    void assertEveryEffectHasItsKey() {
        List<String> effects = world.credit.texts("SELECT transfer_id FROM credit WHERE account = ?", account);
        assertThat(keys()).as("P4: keys of %s", group).containsExactlyInAnyOrderElementsOf(effects);
    }

    void send(DefaultMQProducer producer) {
        for (int queue = 0; queue < QUEUES; queue++) {
            send(producer, queue);
        }
    }

    void send(DefaultMQProducer producer, int queue) {
        String id = group + "-" + messageIds.size();
        String body = "{\"transferId\":\"" + id + "\",\"toAccount\":\"" + account + "\",\"amount\":" + AMOUNT + "}";
        Message message = new Message(topic(), body.getBytes(StandardCharsets.UTF_8));
        message.putUserProperty(MessageHeaders.MESSAGE_ID, id);
        try {
            producer.send(message, new MessageQueue(topic(), "broker-a", queue));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        messageIds.add(id);
    }

    /** Every message has its effect, once, and every effect its key. */
    void awaitEffects() {
        Wait.until(group + ": effects").until(() -> messageIds.stream().allMatch(id -> effects(id) >= 1));
        assertEffects();
    }

    void assertEffects() {
        for (String id : messageIds) {
            assertThat(effects(id)).as("P4: effects of %s", id).isOne();
        }
        assertThat(keys()).as("P4: keys of %s", group).containsExactlyInAnyOrderElementsOf(messageIds);
        assertThat(world.credit.balance(account))
                .as("P4: money of %s", group)
                .isEqualTo(AMOUNT.multiply(BigDecimal.valueOf(messageIds.size())));
        assertThat(world.broker.deadLetters(group)).isEmpty();
    }

    private long effects(String id) {
        return world.credit.count("credit WHERE transfer_id = ?", id);
    }

    private List<String> keys() {
        return world.credit.texts("SELECT idempotency_key FROM rmq_tx_consumed WHERE consumer_group = ?", group);
    }
}
