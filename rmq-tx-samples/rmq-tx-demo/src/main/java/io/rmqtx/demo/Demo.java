package io.rmqtx.demo;

import io.rmqtx.demo.order.OrderServiceApplication;
import io.rmqtx.demo.points.ParcelNews;
import io.rmqtx.demo.points.PointsServiceApplication;
import io.rmqtx.demo.watch.Broker;
import io.rmqtx.demo.watch.Databases;
import io.rmqtx.demo.watch.OrderWatchConfiguration;
import io.rmqtx.demo.watch.PointsWatchConfiguration;
import io.rmqtx.demo.watch.Timeline;
import io.rmqtx.embedded.EmbeddedRocketMq;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A broker and two services in this JVM. Each service is a Spring application of its own, with its own database, port
 * and settings; they know nothing of each other but the topic.
 */
public final class Demo implements AutoCloseable {

    private final EmbeddedRocketMq broker;
    private final Databases databases =
            new Databases(UUID.randomUUID().toString().substring(0, 8));
    private final Timeline timeline = new Timeline(Clock.systemUTC());
    private final Deque<ConfigurableApplicationContext> services = new ArrayDeque<>();
    private final URI orderService;
    private final URI pointsService;

    private Demo(Class<?> points, int orderPort, int pointsPort) {
        broker = EmbeddedRocketMq.builder()
                .autoCreateTopics(false)
                .transactionTimeout(Duration.ofSeconds(1))
                .transactionCheckInterval(Duration.ofMillis(500))
                .retryDelays(Duration.ofSeconds(1))
                .start();
        try {
            broker.createTopic(Broker.TOPIC, 4);
            broker.createTopic(Broker.PARCELS, 4);
            broker.createConsumerGroup(Broker.GROUP);
            broker.createConsumerGroup(ParcelNews.GROUP);
            pointsService = service(
                    "points-service", pointsPort, Map.of("timeline", timeline), points, PointsWatchConfiguration.class);
            orderService = service(
                    "order-service",
                    orderPort,
                    Map.of(
                            "timeline", timeline,
                            "databases", databases,
                            "embeddedRocketMq", broker,
                            "broker", new Broker(broker)),
                    OrderServiceApplication.class,
                    OrderWatchConfiguration.class);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Starts everything on these ports; 0 is any free one. */
    public static Demo start(int orderPort, int pointsPort) {
        return startWith(PointsServiceApplication.class, orderPort, pointsPort);
    }

    /** The same with another points service, for tests of the self-check. */
    static Demo startWith(Class<?> pointsService, int orderPort, int pointsPort) {
        return new Demo(pointsService, orderPort, pointsPort);
    }

    private URI service(String name, int port, Map<String, Object> beans, Class<?>... sources) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("spring.config.name", name);
        properties.put("server.port", port);
        properties.put("demo.name-server", broker.nameServerAddress());
        properties.put("demo.orders-topic", Broker.TOPIC);
        properties.put("demo.parcels-topic", Broker.PARCELS);
        properties.put("demo.orders-url", databases.ordersUrl());
        properties.put("demo.points-url", databases.pointsUrl());
        ApplicationContextInitializer<ConfigurableApplicationContext> singletons =
                context -> beans.forEach(context.getBeanFactory()::registerSingleton);
        ConfigurableApplicationContext context = new SpringApplicationBuilder(sources)
                .web(WebApplicationType.SERVLET)
                .properties(properties)
                .initializers(singletons)
                .registerShutdownHook(false)
                .run();
        services.push(context);
        return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
    }

    /** Where the order service and the page are. */
    public URI orderService() {
        return orderService;
    }

    /** Where the points service is. */
    public URI pointsService() {
        return pointsService;
    }

    EmbeddedRocketMq broker() {
        return broker;
    }

    Databases databases() {
        return databases;
    }

    Timeline timeline() {
        return timeline;
    }

    /** Stops the services, then the broker, and throws the data away. */
    @Override
    public void close() {
        try {
            while (!services.isEmpty()) {
                services.pop().close();
            }
            databases.close();
        } finally {
            broker.close();
        }
    }
}
