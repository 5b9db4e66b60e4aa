package io.rmqtx.consumer;

import io.rmqtx.DeadLetter;
import io.rmqtx.serialize.SerializeAutoConfiguration;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.store.StoreAutoConfiguration;
import io.rmqtx.testing.RecordingListener;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.transport.TransportAutoConfiguration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/** A service with listeners: real database, real broker, the auto-configurations of rmq-tx. */
final class ConsumerApp implements AutoCloseable {

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final Map<String, Object> properties = new LinkedHashMap<>();
    final RecordingListener events = new RecordingListener();

    ConsumerApp(TestDatabase database, String nameServer) {
        this(database.dataSource(), nameServer);
    }

    ConsumerApp(DataSource dataSource, String nameServer) {
        properties.put("rmq-tx.name-server", nameServer);
        properties.put("rmq-tx.schema.initialize", "always");
        properties.put("spring.application.name", "test");
        // Not closed with the application: the database belongs to the test.
        context.registerBean(
                "dataSource", DataSource.class, () -> dataSource, definition -> definition.setDestroyMethodName(""));
        context.registerBean("events", RmqTxListener.class, () -> events);
        context.registerBean("throwing", RmqTxListener.class, ThrowingListener::new);
        clients(client -> {});
    }

    ConsumerApp property(String name, Object value) {
        properties.put(name, value);
        return this;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    ConsumerApp bean(Object bean) {
        context.registerBean(
                bean.getClass().getSimpleName() + context.getBeanDefinitionCount(),
                (Class) bean.getClass(),
                () -> bean);
        return this;
    }

    ConsumerApp configuration(Class<?> type) {
        context.register(type);
        return this;
    }

    /** Changes each client before it is started; otherwise only its intervals are those of a test. */
    ConsumerApp clients(Consumer<DefaultMQPushConsumer> customizer) {
        String nameServer = (String) properties.get("rmq-tx.name-server");
        context.registerBean("rmqTxConsumerClientFactory", ConsumerClientFactory.class, () -> group -> {
            DefaultMQPushConsumer client = new DefaultMQPushConsumer(group);
            client.setNamesrvAddr(nameServer);
            client.setInstanceName(UUID.randomUUID().toString());
            client.setPollNameServerInterval(500);
            client.setHeartbeatBrokerInterval(500);
            client.setPersistConsumerOffsetInterval(500);
            customizer.accept(client);
            return client;
        });
        return this;
    }

    /** Without the test's own client factory. */
    ConsumerApp defaultClients() {
        context.removeBeanDefinition("rmqTxConsumerClientFactory");
        return this;
    }

    ConsumerApp start() {
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
        context.getEnvironment().setConversionService(new ApplicationConversionService());
        context.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
        context.register(Database.class);
        context.register(Configurations.getClasses(AutoConfigurations.of(
                StoreAutoConfiguration.class,
                SerializeAutoConfiguration.class,
                TransportAutoConfiguration.class,
                ConsumerAutoConfiguration.class)));
        context.refresh();
        return this;
    }

    JdbcTemplate jdbc() {
        return context.getBean(JdbcTemplate.class);
    }

    <T> T get(Class<T> type) {
        return context.getBean(type);
    }

    ConfigurableListableBeanFactory beanFactory() {
        return context.getBeanFactory();
    }

    @Override
    public void close() {
        context.close();
    }

    static List<String> effects(JdbcTemplate jdbc, String messageId) {
        return jdbc.queryForList("SELECT info FROM effect WHERE message_id = ?", String.class, messageId);
    }

    static void createEffects(TestDatabase database) {
        new JdbcTemplate(database.dataSource())
                .execute("CREATE TABLE effect (message_id VARCHAR(255) NOT NULL, info VARCHAR(255) NOT NULL)");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Database {
        @Bean
        @ConditionalOnMissingBean
        PlatformTransactionManager transactionManager(DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        JdbcTemplate jdbcTemplate(DataSource dataSource) {
            return new JdbcTemplate(dataSource);
        }
    }

    /** What a listener throws changes nothing. */
    private static final class ThrowingListener implements RmqTxListener {
        @Override
        public void deadLetter(DeadLetter letter) {
            throw new IllegalStateException("a listener that throws");
        }
    }
}
