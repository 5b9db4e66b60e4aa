package io.rmqtx.transactions;

import static io.rmqtx.transactions.Shop.Business.WRITE;
import static io.rmqtx.transactions.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariPoolMXBean;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabaseKind;
import io.rmqtx.transactions.Advice.Noting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/**
 * The half message of an outermost call is sent before a connection is taken: with a pool of one connection and a slow
 * broker all calls wait for the broker at the same time, and none of them holds the connection. Wherever the application
 * puts its transaction advice and its own aspects.
 */
class HalfBeforeConnectionTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private static final int CALLS = 6;
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(CALLS);

    @AfterAll
    static void end() {
        THREADS.shutdown();
    }

    private static ShopService start(Class<?>... settings) {
        return start(app -> app, settings);
    }

    /** With one connection, and a marker that does not need it meanwhile. */
    private static ShopService start(UnaryOperator<TestApp> settings, Class<?>... more) {
        return new ShopService(
                ROCKET_MQ.get(),
                TestDatabaseKind.H2,
                Access.JDBC,
                Manager.JDBC,
                1,
                app -> settings.apply(app).property("rmq-tx.relay.mark-delay", "10s"),
                more);
    }

    private static void assertNoConnectionIsHeldWhileABrokerIsSlow(ShopService service) {
        service.nextTest();
        service.broker.faults().delaySends(Duration.ofMillis(700), FaultSwitches.ALWAYS);
        HikariPoolMXBean pool = service.pool.getHikariPoolMXBean();

        List<CompletableFuture<Void>> calls = IntStream.range(0, CALLS)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> {
                            if (i % 2 == 0) {
                                service.shop.required(service.order("o" + i), WRITE);
                            } else {
                                service.shop.plain(service.order("o" + i), WRITE);
                            }
                        },
                        THREADS))
                .toList();
        await().until(() -> service.broker.faults().seenHalfSends() == CALLS);
        assertThat(pool.getActiveConnections()).as("connections held").isZero();
        assertThat(pool.getThreadsAwaitingConnection()).as("waiting for one").isZero();
        assertThat(calls).noneMatch(CompletableFuture::isDone);

        calls.forEach(CompletableFuture::join);
        service.assertCommitted(IntStream.range(0, CALLS).mapToObj(i -> "o" + i).toArray(String[]::new));
    }

    @Test
    void asSpringBootConfiguresIt() {
        try (ShopService service = start()) {
            assertNoConnectionIsHeldWhileABrokerIsSlow(service);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(order = 0)
    static class OrderZero {}

    @Test
    void withTransactionAdviceAtZero() {
        try (ShopService service = start(OrderZero.class)) {
            assertNoConnectionIsHeldWhileABrokerIsSlow(service);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(order = Ordered.LOWEST_PRECEDENCE - 10)
    static class OrderAlmostLast {}

    @Test
    void withTransactionAdviceJustBeforeOthers() {
        try (ShopService service = start(OrderAlmostLast.class)) {
            assertNoConnectionIsHeldWhileABrokerIsSlow(service);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(order = Ordered.HIGHEST_PRECEDENCE + 1)
    static class OrderAlmostFirst {}

    @Test
    void withTransactionAdviceBeforeAllButOne() {
        try (ShopService service = start(OrderAlmostFirst.class)) {
            assertNoConnectionIsHeldWhileABrokerIsSlow(service);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(order = Ordered.HIGHEST_PRECEDENCE)
    static class OrderFirst {}

    @Test
    void whereNothingCanStandOutsideTheTransactionAdviceTheStartIsRefused() {
        assertThatThrownBy(() -> start(OrderFirst.class).close())
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining("outer, transaction, rmq-tx inner");
    }

    @Test
    void withoutTheAutoConfigurationOfAspects() {
        try (ShopService service = start(app -> app.property("spring.aop.auto", false))) {
            assertNoConnectionIsHeldWhileABrokerIsSlow(service);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Aspects {
        @Bean
        static Noting first() {
            return new Noting(Ordered.HIGHEST_PRECEDENCE);
        }

        @Bean
        static Noting atZero() {
            return new Noting(0);
        }

        @Bean
        static Noting besideTheOuterAdvice() {
            return new Noting(Ordered.LOWEST_PRECEDENCE - 1);
        }

        @Bean
        static Noting last() {
            return new Noting(Ordered.LOWEST_PRECEDENCE);
        }
    }

    @Test
    void withAspectsAroundAndInside() {
        try (ShopService service = start(Aspects.class)) {
            assertNoConnectionIsHeldWhileABrokerIsSlow(service);

            assertFoundTransaction(service, "first", false);
            assertFoundTransaction(service, "atZero", false);
            assertFoundTransaction(service, "besideTheOuterAdvice", false);
            assertFoundTransaction(service, "last", true);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {OrderZero.class, OrderAlmostFirst.class})
    void withAspectsThatAllStandInside(Class<?> transactions) {
        try (ShopService service = start(transactions, Aspects.class)) {
            assertNoConnectionIsHeldWhileABrokerIsSlow(service);

            assertFoundTransaction(service, "first", false);
            assertFoundTransaction(service, "besideTheOuterAdvice", true);
            assertFoundTransaction(service, "last", true);
        }
    }

    private static void assertFoundTransaction(ShopService service, String aspect, boolean found) {
        assertThat(service.context.getBean(aspect, Noting.class).insideTransaction)
                .as(aspect)
                .hasSize(CALLS)
                .containsOnly(found);
    }
}
