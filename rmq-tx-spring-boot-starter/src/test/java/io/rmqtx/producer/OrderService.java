package io.rmqtx.producer;

import io.rmqtx.MessageSendException;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.testing.RecordingListener;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A running order service on a topic of its own, and what tests ask it. */
final class OrderService implements AutoCloseable {

    final EmbeddedRocketMq broker;
    final String topic;
    final RecordingListener events = new RecordingListener();
    final ConfigurableApplicationContext context;
    final Orders orders;

    private OrderService(
            Class<?> configuration,
            EmbeddedRocketMq broker,
            String topic,
            DataSource dataSource,
            UnaryOperator<TestApp> settings) {
        this.broker = broker;
        this.topic = topic;
        this.context = settings.apply(TestApp.of(configuration)
                        .dataSource(dataSource)
                        .nameServer(broker.nameServerAddress())
                        .property("orders.topic", topic)
                        // What a test keeps open is for the next instance, whose check-backs are numbered.
                        .property("rmq-tx.producer.shutdown-wait", "200ms")
                        .singleton("recordingListener", events))
                .start();
        this.orders = context.getBean(Orders.class);
    }

    static OrderService start(EmbeddedRocketMq broker, TestDatabase database) {
        return start(broker, database.dataSource(), app -> app);
    }

    static OrderService start(EmbeddedRocketMq broker, DataSource dataSource, UnaryOperator<TestApp> settings) {
        return start(OrderApp.class, broker, dataSource, settings);
    }

    /** Another configuration, which has the beans of {@link OrderApp}, too. */
    static OrderService start(
            Class<?> configuration, EmbeddedRocketMq broker, DataSource dataSource, UnaryOperator<TestApp> settings) {
        String topic = TestApp.uniqueName("ORDERS");
        if (broker.isBrokerRunning()) {
            broker.createTopic(topic, 4);
        }
        return new OrderService(configuration, broker, topic, dataSource, settings);
    }

    static OrderService startOn(
            String topic, EmbeddedRocketMq broker, DataSource dataSource, UnaryOperator<TestApp> settings) {
        return new OrderService(OrderApp.class, broker, topic, dataSource, settings);
    }

    List<StoredMessage> visible() {
        return broker.messages(topic);
    }

    String status(String messageId) {
        List<String> found = orders.jdbc()
                .queryForList("SELECT status FROM rmq_tx_message WHERE message_id = ?", String.class, messageId);
        return found.isEmpty() ? "none" : found.get(0);
    }

    /** Written by calls: a check-back may write its fence at any time. */
    int rows() {
        Integer rows = orders.jdbc()
                .queryForObject("SELECT COUNT(*) FROM rmq_tx_message WHERE status <> 'ABORTED'", Integer.class);
        return rows == null ? 0 : rows;
    }

    /** Repeats a call until the broker takes its half message, as a caller would after a restart of the broker. */
    void retrySend(Runnable call) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            try {
                call.run();
                return true;
            } catch (MessageSendException e) {
                return false;
            }
        });
    }

    TransactionTemplate transaction() {
        return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
    }

    @Override
    public void close() {
        context.close();
    }
}
