package io.rmqtx.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageIds;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.sample.Events.Check;
import io.rmqtx.sample.order.Order;
import io.rmqtx.sample.order.OrderService;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** An order removes goods from the cart in another database, on this generation of Spring Boot. */
class OrderToCartTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private static final Events events = new Events();
    private static final Events cartEvents = new Events();
    private static Services services;
    private static ConfigurableApplicationContext orders;
    private static ConfigurableApplicationContext cart;

    @BeforeAll
    static void start() {
        services = new Services(ROCKET_MQ.get());
        orders = services.orders().bean(events).start();
        cart = services.cart().bean(cartEvents).start();
    }

    @AfterAll
    static void stop() {
        cart.close();
        orders.close();
    }

    private static Order order(String id, String customer, int quantity) {
        return new Order(id, customer, List.of(new Order.Line("pear", quantity)));
    }

    private static JdbcTemplate orderRows() {
        return orders.getBean(JdbcTemplate.class);
    }

    private static String status(String messageId) {
        return orderRows()
                .queryForObject("SELECT status FROM rmq_tx_message WHERE message_id = ?", String.class, messageId);
    }

    private static List<String> keys(String messageId) {
        return cart.getBean(JdbcTemplate.class)
                .queryForList(
                        "SELECT consumer_group FROM rmq_tx_consumed WHERE idempotency_key = ?",
                        String.class,
                        messageId);
    }

    @Test
    void thisIsTheSpringBootThatTheModuleNames() {
        assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("sample.spring-boot.version"));
    }

    @Test
    void anOrderIsInterceptedLoggedDeliveredAndConsumedOnce() {
        Services.fill(cart, "ann", "pear", 5);
        OrderService service = orders.getBean(OrderService.class);
        assertThat(AopUtils.isAopProxy(service)).isTrue();
        String messageId;
        try (MessageIds ids = MessageIds.record()) {
            service.place(order("o-1", "ann", 2));
            messageId = ids.single();
        }
        assertThat(status(messageId)).isIn("PENDING", "PUBLISHED");
        await().atMost(LONG).until(() -> Services.quantity(cart, "ann", "pear") == 3);
        assertThat(keys(messageId)).containsExactly(services.cartGroup);
        await().atMost(LONG).until(() -> events.marked.contains(messageId));
        assertThat(status(messageId)).isEqualTo("PUBLISHED");
    }

    @Test
    void anOrderThatIsRolledBackLeavesNeitherRowNorMessage() {
        Services.fill(cart, "bob", "pear", 5);
        OrderService service = orders.getBean(OrderService.class);
        assertThatThrownBy(() -> service.place(order("o-2", "bob", 0))).isInstanceOf(IllegalArgumentException.class);
        assertThat(orderRows().queryForObject("SELECT COUNT(*) FROM orders WHERE id = 'o-2'", Integer.class))
                .isZero();
        // The row was written before the order's own: only one transaction takes both away.
        assertThat(orderRows()
                        .queryForObject("SELECT COUNT(*) FROM rmq_tx_message WHERE message_key = 'o-2'", Integer.class))
                .isZero();
        await().atMost(LONG).until(() -> ROCKET_MQ.get().faults().seenRollbacks() > 0);
        assertThat(ROCKET_MQ.get().messages(services.topic))
                .noneMatch(message -> message.bodyAsString().contains("o-2"));
    }

    @Test
    void anotherInstanceAnswersTheCheckBackOfOneThatIsGone() {
        Services.fill(cart, "cid", "pear", 5);
        Events gone = new Events();
        String messageId;
        try (ConfigurableApplicationContext instance =
                services.orders().bean(gone).start()) {
            ROCKET_MQ.get().faults().dropEndTransaction(1);
            ROCKET_MQ.get().faults().dropChecks(FaultSwitches.ALWAYS);
            try (MessageIds ids = MessageIds.record()) {
                instance.getBean(OrderService.class).place(order("o-3", "cid", 4));
                messageId = ids.single();
            }
        }
        ROCKET_MQ.get().faults().dropChecks(0);
        await().atMost(LONG).until(() -> Services.quantity(cart, "cid", "pear") == 1);
        assertThat(events.checks).contains(new Check(messageId, CheckBackAnswer.COMMIT));
        assertThat(gone.checks).isEmpty();
        assertThat(keys(messageId)).containsExactly(services.cartGroup);
    }
}
