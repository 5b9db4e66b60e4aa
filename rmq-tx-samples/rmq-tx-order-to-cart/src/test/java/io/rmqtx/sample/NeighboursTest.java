package io.rmqtx.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.rmqtx.MessageIds;
import io.rmqtx.embedded.ClientTuning;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.sample.order.Order;
import io.rmqtx.sample.order.OrderService;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.spring.core.RocketMQTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.util.AopTestUtils;

/** Services without rmq-tx read our messages and we read theirs, and rmq-tx protects a listener of rocketmq-spring. */
class NeighboursTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private static final Events cartEvents = new Events();
    private static final List<MessageExt> seenByPlainConsumer = new CopyOnWriteArrayList<>();
    private static Services services;
    private static String billsTopic;
    private static ConfigurableApplicationContext orders;
    private static ConfigurableApplicationContext cart;
    private static DefaultMQPushConsumer plainConsumer;
    private static DefaultMQProducer plainProducer;

    @BeforeAll
    static void start() throws Exception {
        services = new Services(ROCKET_MQ.get());
        String billing = services.topic + "-billing";
        String statistics = services.topic + "-statistics";
        billsTopic = services.topic + "_BILLS";
        ROCKET_MQ.get().createConsumerGroup(billing);
        ROCKET_MQ.get().createConsumerGroup(statistics);
        ROCKET_MQ.get().createTopic(billsTopic, 4);
        orders = services.orders()
                .with("rocketmq.producer.group", services.topic + "-template")
                .start();
        cart = services.cart()
                .bean(cartEvents)
                .with("spring.application.name", services.cartGroup)
                .with("test.billing-group", billing)
                .with("test.statistics-group", statistics)
                .with("test.bills-topic", billsTopic)
                .start(Billing.class, Statistics.class);
        plainProducer = new DefaultMQProducer(services.topic + "-producer");
        plainProducer.setNamesrvAddr(ROCKET_MQ.nameServerAddress());
        plainProducer.start();
        plainConsumer = new DefaultMQPushConsumer(services.topic + "-plain");
        plainConsumer.setNamesrvAddr(ROCKET_MQ.nameServerAddress());
        plainConsumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        plainConsumer.subscribe(services.topic, "PLACED");
        plainConsumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            seenByPlainConsumer.addAll(messages);
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        plainConsumer.start();
    }

    @AfterAll
    static void stop() {
        ClientTuning.stopQuickly(plainConsumer::shutdown);
        ClientTuning.stopQuickly(plainProducer::shutdown);
        cart.close();
        orders.close();
    }

    private static Order order(String id, String customer) {
        return new Order(id, customer, List.of(new Order.Line("pear", 2)));
    }

    private static String place(Order order) {
        try (MessageIds ids = MessageIds.record()) {
            orders.getBean(OrderService.class).place(order);
            return ids.single();
        }
    }

    private static Billing billing() {
        return (Billing) AopTestUtils.getUltimateTargetObject(cart.getBean(Billing.class));
    }

    @Test
    void aPlainConsumerReadsWhatWeSend() throws Exception {
        Order order = order("plain-reads", "p");
        String messageId = place(order);
        await().atMost(LONG).until(() -> seenByPlainConsumer.stream()
                .anyMatch(message -> messageId.equals(message.getUserProperty("rmqtx_id"))));
        MessageExt message = seenByPlainConsumer.stream()
                .filter(seen -> messageId.equals(seen.getUserProperty("rmqtx_id")))
                .findFirst()
                .orElseThrow();
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(message.getBody())).isEqualTo(json.valueToTree(order));
        assertThat(message.getTags()).isEqualTo("PLACED");
        assertThat(message.getKeys().split(" ")).containsExactlyInAnyOrder(messageId, "plain-reads");
        assertThat(message.getUserProperty("rmqtx_key")).isEqualTo("plain-reads");
    }

    @Test
    void aRocketMqSpringListenerReadsWhatWeSend() {
        Order order = order("spring-reads", "p");
        place(order);
        await().atMost(LONG).until(() -> cart.getBean(Statistics.class).orders.contains(order));
    }

    @Test
    void ourListenerReadsWhatAPlainProducerSends() throws Exception {
        Services.fill(cart, "dan", "pear", 5);
        byte[] body = "{\"customer\":\"dan\",\"lines\":[{\"article\":\"pear\",\"quantity\":2}]}"
                .getBytes(StandardCharsets.UTF_8);
        SendResult sent = plainProducer.send(new Message(services.topic, "PLACED", body));
        await().atMost(LONG).until(() -> Services.quantity(cart, "dan", "pear") == 3);
        assertThat(cartEvents.consumed).anyMatch(message -> message.messageId().equals(sent.getMsgId()));
    }

    @Test
    void ourListenerReadsWhatRocketMqTemplateSends() {
        Services.fill(cart, "eve", "pear", 5);
        orders.getBean(RocketMQTemplate.class)
                .syncSend(services.topic + ":PLACED", order("from-template", "eve"), 10_000);
        await().atMost(LONG).until(() -> Services.quantity(cart, "eve", "pear") == 3);
    }

    @Test
    void aDuplicateDeliveryToAProtectedRocketMqSpringListenerHasNoSecondEffect() throws Exception {
        String messageId = place(order("billed", "f"));
        await().atMost(LONG).until(() -> billing().succeeded.contains("billed"));
        Message copy = new Message(services.topic, "PLACED", "billed", "{}".getBytes(StandardCharsets.UTF_8));
        copy.putUserProperty("rmqtx_id", messageId);
        copy.putUserProperty("rmqtx_key", "billed");
        plainProducer.send(copy);
        await().atMost(LONG)
                .until(() ->
                        billing().succeeded.stream().filter("billed"::equals).count() == 2);
        assertThat(billing().attempts).containsOnlyOnce("billed");
        assertThat(billing().bills("billed")).hasSize(1);
        assertThat(cart.getBean(JdbcTemplate.class)
                        .queryForObject(
                                "SELECT COUNT(*) FROM rmq_tx_consumed WHERE idempotency_key = ? AND consumer_group LIKE"
                                        + " '%-billing'",
                                Integer.class, messageId))
                .isEqualTo(1);
        // And the message that the listener sends in the same transaction is sent once, too.
        await().atMost(LONG).until(() -> bills("billed") == 1);
    }

    @Test
    void aFailedAttemptOfAProtectedRocketMqSpringListenerRollsBackAndItsRedeliveryHasTheEffect() {
        place(order("fails-once", "g"));
        await().atMost(LONG).until(() -> billing().succeeded.contains("fails-once"));
        assertThat(billing().attempts.stream().filter("fails-once"::equals)).hasSize(2);
        assertThat(billing().bills("fails-once")).hasSize(1);
        await().atMost(LONG).until(() -> bills("fails-once") == 1);
    }

    private static long bills(String order) {
        return ROCKET_MQ.get().messages(billsTopic).stream()
                .filter(message -> message.bodyAsString().contains(order))
                .count();
    }
}
