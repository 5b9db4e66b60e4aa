package io.rmqtx.sample;

import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.sample.cart.CartServiceApplication;
import io.rmqtx.sample.cart.Carts;
import io.rmqtx.sample.order.OrderServiceApplication;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** An order service and a cart service with databases, a topic and a group of their own. */
final class Services {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final int number = NUMBER.incrementAndGet();
    private final EmbeddedRocketMq rocketMq;
    final String topic = "SAMPLE_ORDERS_" + number;
    final String cartGroup = "sample-cart-" + number;

    Services(EmbeddedRocketMq rocketMq) {
        this.rocketMq = rocketMq;
        rocketMq.createTopic(topic, 4);
        rocketMq.createConsumerGroup(cartGroup);
    }

    /** An instance of the order service; all instances share a database. */
    Service orders() {
        return service(OrderServiceApplication.class, "order-service")
                .with("spring.application.name", "orders-" + number);
    }

    /** The cart service. */
    Service cart() {
        return service(CartServiceApplication.class, "cart-service").with("sample.cart-group", cartGroup);
    }

    private Service service(Class<?> application, String name) {
        return new Service(application)
                .with("spring.config.name", name)
                .with("spring.datasource.url", "jdbc:h2:mem:" + name + "-" + number + ";DB_CLOSE_DELAY=-1")
                .with("rmq-tx.name-server", rocketMq.nameServerAddress())
                .with("rmq-tx.client.route-refresh", "1s")
                .with("rmq-tx.client.heartbeat", "1s")
                .with("rocketmq.name-server", rocketMq.nameServerAddress())
                .with("sample.orders-topic", topic);
    }

    static int quantity(ConfigurableApplicationContext cart, String customer, String article) {
        Integer quantity = cart.getBean(JdbcTemplate.class)
                .queryForObject(
                        "SELECT quantity FROM cart_item WHERE customer = ? AND article = ?",
                        Integer.class,
                        customer,
                        article);
        return quantity == null ? Integer.MIN_VALUE : quantity;
    }

    static void fill(ConfigurableApplicationContext cart, String customer, String article, int quantity) {
        cart.getBean(Carts.class).put(customer, article, quantity);
    }

    /** A service that is to be started. */
    static final class Service {

        private final Class<?> application;
        private final Map<String, Object> properties = new LinkedHashMap<>();
        private final Map<String, Object> singletons = new LinkedHashMap<>();

        private Service(Class<?> application) {
            this.application = application;
        }

        Service with(String property, Object value) {
            properties.put(property, value);
            return this;
        }

        Service bean(Object bean) {
            singletons.put(bean.getClass().getName(), bean);
            return this;
        }

        ConfigurableApplicationContext start(Class<?>... more) {
            ApplicationContextInitializer<ConfigurableApplicationContext> given =
                    context -> singletons.forEach(context.getBeanFactory()::registerSingleton);
            return new SpringApplicationBuilder(application)
                    .sources(more)
                    .web(WebApplicationType.NONE)
                    .initializers(given)
                    .registerShutdownHook(false)
                    .run(properties.entrySet().stream()
                            .map(property -> "--" + property.getKey() + "=" + property.getValue())
                            .toArray(String[]::new));
        }
    }
}
