package io.rmqtx.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.ReliableMessage;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabaseKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.annotation.Transactional;

/** {@code @Cacheable} on an annotated method. */
public class CachedCallTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    /** Remembers what was ordered. */
    public static class CachedShop {
        private final OrderTable table;

        CachedShop(OrderTable table) {
            this.table = table;
        }

        /** Orders. */
        @Cacheable("orders")
        @Transactional
        @ReliableMessage(topic = Shop.TOPIC, key = "#order.id", payload = "#order")
        public String place(Order order) {
            table.insert(order);
            return order.id();
        }
    }

    private static ShopService start(Class<?> caching) {
        ShopService service = new ShopService(
                ROCKET_MQ.get(),
                TestDatabaseKind.H2,
                Access.JDBC,
                Manager.JDBC,
                ShopService.POOL_SIZE,
                app -> app.property("spring.cache.type", "simple"),
                caching);
        service.nextTest();
        return service;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableCaching(order = 0)
    static class CacheOutside {
        @Bean
        CachedShop cachedShop(OrderTable table) {
            return new CachedShop(table);
        }
    }

    @Test
    void outsideAHitIsNoCallAndSendsNothing() {
        try (ShopService service = start(CacheOutside.class)) {
            CachedShop shop = service.context.getBean(CachedShop.class);

            assertThat(shop.place(service.order("a"))).isEqualTo(shop.place(service.order("a")));

            service.assertCommitted("a");
            assertThat(service.events.halves).hasSize(1);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableCaching
    static class CacheAsByDefault {
        @Bean
        CachedShop cachedShop(OrderTable table) {
            return new CachedShop(table);
        }
    }

    @Test
    void insideItIsRefusedAtStart() {
        assertThatThrownBy(() -> start(CacheAsByDefault.class).close())
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining("CachedShop.place()")
                .hasMessageContaining("@EnableCaching");
    }
}
