package io.rmqtx.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Starts a service in this JVM, on a data source and a name server of the test's. */
public final class TestApp {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Class<?>[] configurations;
    private final Map<String, Object> properties = new LinkedHashMap<>();
    private final Map<String, Object> singletons = new LinkedHashMap<>();
    private final List<Class<?>> beans = new ArrayList<>();

    private TestApp(Class<?>... configurations) {
        this.configurations = configurations;
        properties.put("spring.main.banner-mode", "off");
        properties.put("spring.application.name", "app-" + NUMBER.incrementAndGet());
        properties.put("rmq-tx.schema.initialize", "always");
        properties.put("rmq-tx.client.route-refresh", "1s");
        properties.put("rmq-tx.client.heartbeat", "1s");
    }

    /** A service with these configuration classes and a name of its own. */
    public static TestApp of(Class<?>... configurations) {
        return new TestApp(configurations);
    }

    /** A name that no other test in this JVM uses. */
    public static String uniqueName(String prefix) {
        return prefix + "_" + NUMBER.incrementAndGet();
    }

    /** With this data source, which stays open when the service ends. */
    public TestApp dataSource(DataSource dataSource) {
        return singleton("dataSource", dataSource);
    }

    /** With this name server. */
    public TestApp nameServer(String address) {
        return property("rmq-tx.name-server", address);
    }

    /** With this property. */
    public TestApp property(String name, Object value) {
        properties.put(name, value);
        return this;
    }

    /** With this object as a bean. */
    public TestApp singleton(String name, Object bean) {
        singletons.put(name, bean);
        return this;
    }

    /** With a bean of this class, made by Spring. */
    public TestApp bean(Class<?> type) {
        beans.add(type);
        return this;
    }

    /** Starts it. */
    public ConfigurableApplicationContext start() {
        ApplicationContextInitializer<GenericApplicationContext> given = context -> {
            singletons.forEach(context.getBeanFactory()::registerSingleton);
            beans.forEach(context::registerBean);
        };
        return new SpringApplicationBuilder(configurations)
                .web(WebApplicationType.NONE)
                .initializers(given)
                .properties(properties)
                .registerShutdownHook(false)
                .run();
    }
}
