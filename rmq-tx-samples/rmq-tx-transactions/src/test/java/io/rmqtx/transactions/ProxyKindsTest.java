package io.rmqtx.transactions;

import static io.rmqtx.transactions.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.ReliableMessage;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabaseKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.annotation.Transactional;

/** Annotated methods behind proxies of interfaces, generic ones included, and of classes. */
public class ProxyKindsTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private static ShopService start(boolean classes, Class<?> configuration) {
        ShopService service = new ShopService(
                ROCKET_MQ.get(),
                TestDatabaseKind.H2,
                Access.JDBC,
                Manager.JDBC,
                ShopService.POOL_SIZE,
                app -> app.property("spring.aop.proxy-target-class", classes),
                configuration);
        service.nextTest();
        return service;
    }

    /** Takes an order. */
    public interface Counter {
        /** Takes it. */
        void take(Order order);
    }

    /** Takes anything. */
    public interface Taking<T> {
        /** Takes it. */
        void take(T thing);
    }

    /** Takes orders, one by one and as something else. */
    public interface OrderTaking extends Taking<Order> {}

    /** Has a method that does it. */
    public interface DefaultTaking extends Taking<Order> {
        @Override
        @Transactional
        @ReliableMessage(topic = Shop.TOPIC, key = "#p0.id", payload = "#p0")
        default void take(Order order) {
            table().insert(order);
        }

        /** Where they go. */
        OrderTable table();
    }

    /** The base of implementations. */
    public abstract static class TakingBase<T extends Order> implements Taking<T> {
        final OrderTable table;

        TakingBase(OrderTable table) {
            this.table = table;
        }

        @Override
        @Transactional
        @ReliableMessage(topic = Shop.TOPIC, key = "#thing.id", payload = "#thing")
        public void take(T thing) {
            table.insert(thing);
        }
    }

    /** By an interface. */
    static class ByInterface implements Counter {
        private final OrderTable table;

        ByInterface(OrderTable table) {
            this.table = table;
        }

        @Override
        @Transactional
        @ReliableMessage(topic = Shop.TOPIC, key = "#order.id", payload = "#order")
        public void take(Order order) {
            table.insert(order);
        }
    }

    /** By a generic interface. */
    static class ByGenericInterface implements OrderTaking {
        private final OrderTable table;

        ByGenericInterface(OrderTable table) {
            this.table = table;
        }

        @Override
        @Transactional
        @ReliableMessage(topic = Shop.TOPIC, key = "#order.id", payload = "#order")
        public void take(Order order) {
            table.insert(order);
        }
    }

    /** By a generic class. */
    static class ByGenericBase extends TakingBase<Order> {
        ByGenericBase(OrderTable table) {
            super(table);
        }
    }

    /** By a default method. */
    record ByDefaultMethod(OrderTable table) implements DefaultTaking {}

    /** A final class with an interface. */
    static final class FinalByInterface implements Counter {
        private final OrderTable table;

        FinalByInterface(OrderTable table) {
            this.table = table;
        }

        @Override
        @Transactional
        @ReliableMessage(topic = Shop.TOPIC, key = "#order.id", payload = "#order")
        public void take(Order order) {
            table.insert(order);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Interfaces {
        @Bean
        Counter counter(OrderTable table) {
            return new ByInterface(table);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FinalClasses {
        @Bean
        Counter counter(OrderTable table) {
            return new FinalByInterface(table);
        }

        @Bean
        DefaultTaking taking(OrderTable table) {
            return new ByDefaultMethod(table);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class GenericInterfaces {
        @Bean
        Taking<Order> taking(OrderTable table) {
            return new ByGenericInterface(table);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class GenericBases {
        @Bean
        Taking<Order> taking(OrderTable table) {
            return new ByGenericBase(table);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class DefaultMethods {
        @Bean
        DefaultTaking taking(OrderTable table) {
            return new ByDefaultMethod(table);
        }
    }

    @Test
    void anInterface() {
        try (ShopService service = start(false, Interfaces.class)) {
            Counter counter = service.context.getBean(Counter.class);
            assertThat(AopUtils.isJdkDynamicProxy(counter)).isTrue();
            counter.take(service.order("a"));
            service.assertCommitted("a");
        }
    }

    @Test
    void aGenericInterface() {
        assertTakes(false, GenericInterfaces.class);
    }

    @Test
    void aGenericBase() {
        assertTakes(false, GenericBases.class);
    }

    @Test
    void aGenericInterfaceBehindAProxyOfTheClass() {
        assertTakes(true, GenericInterfaces.class);
    }

    @Test
    void aGenericBaseBehindAProxyOfTheClass() {
        assertTakes(true, GenericBases.class);
    }

    @Test
    void aDefaultMethodOfAnInterface() {
        assertTakes(false, DefaultMethods.class);
    }

    @SuppressWarnings("unchecked")
    private static void assertTakes(boolean classes, Class<?> configuration) {
        try (ShopService service = start(classes, configuration)) {
            Taking<Order> taking = service.context.getBean(Taking.class);
            assertThat(AopUtils.isJdkDynamicProxy(taking)).isEqualTo(!classes);
            taking.take(service.order("a"));
            await().until(() -> service.visible().size() == 1);
            service.assertCommitted("a");
        }
    }

    @Test
    void aFinalClassBehindAProxyOfItsInterface() {
        try (ShopService service = start(false, FinalClasses.class)) {
            service.context.getBean(Counter.class).take(service.order("a"));
            service.context.getBean(DefaultTaking.class).take(service.order("b"));
            service.assertCommitted("a", "b");
        }
    }

    @Test
    void aFinalClassCannotBeProxiedAsAClass() {
        assertThatThrownBy(() -> start(true, FinalClasses.class).close())
                .rootCause()
                .hasMessageContaining("final");
    }
}
