package io.rmqtx.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageIds;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.sample.order.Order;
import io.rmqtx.sample.order.OrderService;
import io.rmqtx.spi.RocketMqClientCustomizer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Thousands of calls at once on virtual threads, as Spring Boot gives them with spring.threads.virtual.enabled. */
@EnabledForJreRange(
        min = JRE.JAVA_21,
        disabledReason = "virtual threads came with JDK 21; NewerJdkTest runs this there")
class VirtualThreadsTest {

    private static final int CALLS = 5_000;
    private static final int WARM = 400;

    /** A broker that takes a burst of half messages and waits for their transactions, which wait for a connection. */
    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ =
            EmbeddedRocketMqExtension.dedicated(broker -> broker.transactionTimeout(Duration.ofMinutes(5))
                    .customizeBroker(config -> config.setWaitTimeMillsInSendQueue(60_000)));

    private static Services services;
    private static ConfigurableApplicationContext orders;

    @BeforeAll
    static void start() {
        services = new Services(ROCKET_MQ.get());
        orders = services.orders()
                .with("spring.threads.virtual.enabled", true)
                .with("spring.datasource.hikari.maximum-pool-size", 20)
                .with("spring.datasource.hikari.connection-timeout", 120_000)
                .with("rmq-tx.producer.send-timeout", "120s")
                .with("rmq-tx.producer.late-send-timeout", "120s")
                .with("rmq-tx.producer.commit-within", "120s")
                // A heartbeat that the burst delays beyond this would make the client close the connection.
                .bean((RocketMqClientCustomizer) client -> client.setMqClientApiTimeout(120_000))
                .start();
    }

    @AfterAll
    static void stop() {
        orders.close();
    }

    @Test
    void noneOfThousandsOfCallsLosesItsStateOrPinsItsCarrier() throws Exception {
        // A class that many threads use for the first time at once pins all but one. That is over after the first
        // calls; an expression becomes a class only after a hundred.
        place("warm", WARM);
        Map<String, String> placed;
        List<List<String>> pins;
        try (Pins recording = new Pins()) {
            placed = place("call", CALLS);
            pins = recording.stacks();
        }
        assertThat(placed).hasSize(CALLS);
        assertThat(placed.values()).doesNotHaveDuplicates();
        assertThat(rows()).isEqualTo(placed);
        assertThat(count("SELECT COUNT(*) FROM orders WHERE id LIKE 'call-%'")).isEqualTo(CALLS);
        await().atMost(Duration.ofSeconds(60)).until(() -> ROCKET_MQ.get().count(services.topic) >= CALLS + WARM);
        assertThat(messages()).isEqualTo(placed);
        assertThat(pins.stream().filter(VirtualThreadsTest::isOurs)).isEmpty();
    }

    @Test
    void aPinnedCarrierWouldBeSeen() throws Exception {
        try (Pins recording = new Pins()) {
            orders.getBean(AsyncTaskExecutor.class)
                    .submit(() -> Pinning.touch())
                    .get(30, TimeUnit.SECONDS);
            assertThat(recording.stacks()).anyMatch(stack -> stack.contains(Pinning.class.getName() + ".<clinit>"));
        }
    }

    /** Places orders at the same time, every fourth one in an outer transaction; gives the message id of each order. */
    private static Map<String, String> place(String prefix, int calls) throws Exception {
        AsyncTaskExecutor executor = orders.getBean(AsyncTaskExecutor.class);
        TransactionTemplate outer = new TransactionTemplate(orders.getBean(PlatformTransactionManager.class));
        OrderService service = orders.getBean(OrderService.class);
        CountDownLatch start = new CountDownLatch(1);
        Map<String, Future<String>> running = new LinkedHashMap<>();
        for (int i = 0; i < calls; i++) {
            boolean joins = i % 4 == 0;
            Order order = new Order(prefix + "-" + i, "v", List.of(new Order.Line("pear", 1)));
            running.put(order.id(), executor.submit(() -> {
                assertThat(isVirtual(Thread.currentThread())).isTrue();
                start.await();
                try (MessageIds ids = MessageIds.record()) {
                    if (joins) {
                        outer.executeWithoutResult(transaction -> service.place(order));
                    } else {
                        service.place(order);
                    }
                    return ids.single();
                }
            }));
        }
        start.countDown();
        Map<String, String> placed = new HashMap<>();
        for (Map.Entry<String, Future<String>> call : running.entrySet()) {
            placed.put(call.getKey(), call.getValue().get(3, TimeUnit.MINUTES));
        }
        return placed;
    }

    private static Map<String, String> rows() {
        Map<String, String> rows = new HashMap<>();
        orders.getBean(JdbcTemplate.class)
                .query(
                        "SELECT message_key, message_id FROM rmq_tx_message WHERE message_key LIKE 'call-%'",
                        row -> {
                            rows.put(row.getString(1), row.getString(2));
                        });
        return rows;
    }

    private static Map<String, String> messages() {
        Map<String, String> messages = new HashMap<>();
        ROCKET_MQ.get().messages(services.topic).forEach(message -> {
            String order = message.property("rmqtx_key");
            if (order != null && order.startsWith("call-")) {
                assertThat(message.bodyAsString()).contains("\"" + order + "\"");
                assertThat(messages.put(order, message.property("rmqtx_id"))).isNull();
            }
        });
        return messages;
    }

    private static int count(String sql) {
        Integer count = orders.getBean(JdbcTemplate.class).queryForObject(sql, Integer.class);
        return count == null ? -1 : count;
    }

    private static boolean isOurs(List<String> stack) {
        return stack.stream()
                .anyMatch(frame -> frame.startsWith("io.rmqtx.")
                        && !frame.startsWith("io.rmqtx.sample.")
                        && !frame.startsWith("io.rmqtx.embedded."));
    }

    /** The tests are compiled for 17, which does not know the method. */
    private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
        return (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
    }

    /** Blocks while its class is initialised, which no virtual thread can do without its carrier. */
    static final class Pinning {

        static {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }

        private Pinning() {}

        static String touch() {
            return "initialised";
        }
    }
}
