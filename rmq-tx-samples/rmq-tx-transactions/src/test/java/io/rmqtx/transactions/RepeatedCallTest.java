package io.rmqtx.transactions;

import static io.rmqtx.transactions.Shop.Business.WRITE;
import static io.rmqtx.transactions.Shop.Business.writeThenFail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.testing.TestDatabaseKind;
import io.rmqtx.transactions.Advice.Retrying;
import io.rmqtx.transactions.Shop.Business;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Advice that repeats a call, such as {@code @Retryable}, at the places where it can stand. */
class RepeatedCallTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private static ShopService start(Class<?> advice) {
        ShopService service = new ShopService(
                ROCKET_MQ.get(),
                TestDatabaseKind.H2,
                Access.JDBC,
                Manager.JDBC,
                ShopService.POOL_SIZE,
                app -> app,
                advice);
        service.nextTest();
        return service;
    }

    private static Business failingOnce() {
        AtomicInteger calls = new AtomicInteger();
        return write -> (calls.incrementAndGet() == 1 ? writeThenFail() : WRITE).run(write);
    }

    @Configuration(proxyBeanMethods = false)
    static class Outside {
        @Bean
        static Retrying retrying() {
            return new Retrying(0);
        }
    }

    @Test
    void outsideEachAttemptIsACallWithAMessageOfItsOwn() {
        try (ShopService service = start(Outside.class)) {
            service.shop.required(service.order("a"), failingOnce());
            service.shop.plain(service.order("b"), failingOnce());

            service.assertCommitted("a", "b");
            assertThat(service.events.halves.stream().map(half -> half.id().value()))
                    .doesNotHaveDuplicates()
                    .hasSize(4);
            assertThat(service.decisions())
                    .containsExactlyInAnyOrder(Decision.ROLLBACK, Decision.COMMIT, Decision.ROLLBACK, Decision.COMMIT);
        }
    }

    @Test
    void outsideARepeatedCallWithinAnOuterTransactionFindsItMarkedRollbackOnly() {
        try (ShopService service = start(Outside.class)) {
            assertThatThrownBy(() -> service.transaction(outer -> {
                        service.shop.required(service.order("a"), Business.writeThenFail());
                    }))
                    .isInstanceOf(RuntimeException.class);

            service.assertNothingCommitted();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Between {
        @Bean
        static Retrying retrying() {
            return new Retrying(Ordered.LOWEST_PRECEDENCE - 1);
        }
    }

    @Test
    void betweenRmqTxAndTheTransactionTheSecondAttemptIsRefused() {
        try (ShopService service = start(Between.class)) {
            assertThatThrownBy(() -> service.shop.required(service.order("a"), failingOnce()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Shop.required()")
                    .hasMessageContaining("outside");
            assertThatThrownBy(() -> service.shop.plain(service.order("b"), failingOnce()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Shop.plain()")
                    .hasMessageContaining("outside");

            service.assertNothingCommitted();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Inside {
        @Bean
        static Retrying retrying() {
            return new Retrying(Ordered.LOWEST_PRECEDENCE);
        }
    }

    @Test
    void insideTheTransactionBothAttemptsShareItAndTheMessage() {
        try (ShopService service = start(Inside.class)) {
            AtomicInteger calls = new AtomicInteger();
            Business failingBeforeItWrites = write -> {
                if (calls.incrementAndGet() % 2 == 1) {
                    throw new Shop.BusinessException();
                }
                write.run();
            };
            service.shop.required(service.order("a"), failingBeforeItWrites);
            service.shop.plain(service.order("b"), failingBeforeItWrites);

            service.assertCommitted("a", "b");
            assertThat(service.events.halves).hasSize(2);
        }
    }
}
