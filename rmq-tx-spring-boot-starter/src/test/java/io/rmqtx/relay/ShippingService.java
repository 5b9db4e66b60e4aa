package io.rmqtx.relay;

import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.testing.RecordingListener;
import io.rmqtx.testing.TestApp;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A running instance of the shipping service, and what tests ask it. */
final class ShippingService implements AutoCloseable {

    final String topic;
    final RecordingListener events = new RecordingListener();
    final ConfigurableApplicationContext context;
    final Shipments shipments;
    private final EmbeddedRocketMq broker;
    private final JdbcTemplate jdbc;

    private ShippingService(
            EmbeddedRocketMq broker,
            String name,
            String topic,
            DataSource dataSource,
            UnaryOperator<TestApp> settings) {
        this.broker = broker;
        this.topic = topic;
        this.jdbc = new JdbcTemplate(dataSource);
        this.context = settings.apply(TestApp.of(ShippingApp.class)
                        .dataSource(dataSource)
                        .nameServer(broker.nameServerAddress())
                        .property("spring.application.name", name)
                        .property("shipments.topic", topic)
                        .property("rmq-tx.relay.poll", "200ms")
                        .singleton("recordingListener", events))
                .start();
        this.shipments = context.getBean(Shipments.class);
    }

    /** The only instance, with a topic of its own. */
    static ShippingService start(EmbeddedRocketMq broker, DataSource dataSource, UnaryOperator<TestApp> settings) {
        return instance(broker, newTopic(broker), dataSource, settings);
    }

    /** One of several instances on a topic. */
    static ShippingService instance(
            EmbeddedRocketMq broker, String topic, DataSource dataSource, UnaryOperator<TestApp> settings) {
        return new ShippingService(broker, "app-" + topic, topic, dataSource, settings);
    }

    static String newTopic(EmbeddedRocketMq broker) {
        String topic = TestApp.uniqueName("SHIPMENTS");
        broker.createTopic(topic, 4);
        return topic;
    }

    List<StoredMessage> visible() {
        return broker.messages(topic);
    }

    /** The visible bodies. */
    List<String> texts() {
        return visible().stream().map(StoredMessage::bodyAsString).toList();
    }

    /** The states of all rows, in the order of their numbers. */
    List<String> statuses() {
        return jdbc.queryForList("SELECT status FROM rmq_tx_message ORDER BY seq", String.class).stream()
                .map(String::strip)
                .toList();
    }

    int count(String status) {
        Integer count =
                jdbc.queryForObject("SELECT COUNT(*) FROM rmq_tx_message WHERE status = ?", Integer.class, status);
        return count == null ? 0 : count;
    }

    JdbcTemplate jdbc() {
        return jdbc;
    }

    TransactionTemplate transaction() {
        return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
    }

    @Override
    public void close() {
        context.close();
    }
}
