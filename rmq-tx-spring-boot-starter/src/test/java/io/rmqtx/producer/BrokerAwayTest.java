package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageSendException;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The broker or the name server is away, at start or during a call. */
@ExtendWith(OutputCaptureExtension.class)
class BrokerAwayTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private TestDatabase database;
    private EmbeddedRocketMq broker;

    @BeforeEach
    void open() {
        database = TestDatabase.h2();
        broker = ROCKET_MQ.get();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aServiceStartsWithoutABrokerSaysSoAndRecovers(CapturedOutput output) {
        String topic = TestApp.uniqueName("ORDERS");
        broker.createTopic(topic, 4);
        broker.stopBroker();
        try (OrderService service = OrderService.startOn(topic, broker, database.dataSource(), app -> app)) {
            assertThat(output).contains("No broker for topics").contains(topic);
            assertThatThrownBy(() -> service.orders.place(new Order("o1", 5))).isInstanceOf(MessageSendException.class);
            assertThat(service.orders.count()).isZero();
            assertThat(service.rows()).isZero();

            broker.startBroker();
            service.retrySend(() -> service.orders.place(new Order("o2", 5)));
            await().until(() -> service.visible().size() == 1);
            await().until(() -> output.getOut().contains("Connected to the brokers of topics"));
        }
    }

    @Test
    void aServiceStartsWithoutANameServerAndAnswersCheckBacksOnceItIsThere(CapturedOutput output) {
        String application;
        String topic;
        try (OrderService first = OrderService.start(broker, database)) {
            topic = first.topic;
            application = first.context.getEnvironment().getProperty("spring.application.name");
            broker.faults().dropEndTransaction(1);
            first.orders.place(new Order("o1", 5));
            await().until(() -> broker.faults().seenCommits() > 0);
        }
        broker.stopNameServer();
        try (OrderService second = OrderService.startOn(
                topic, broker, database.dataSource(), app -> app.property("spring.application.name", application))) {
            assertThat(output).contains("No broker for topics");
            broker.faults().reset();
            broker.startNameServer();

            await().atMost(Duration.ofSeconds(60)).until(() -> second.visible().size() == 1);
            assertThat(second.events.halves).isEmpty();
        }
    }

    @Test
    void aBrokerThatStopsDuringOperationIsAnHonestErrorWithinTheTimeOut() {
        try (OrderService service = OrderService.start(
                broker, database.dataSource(), app -> app.property("rmq-tx.producer.send-timeout", "2s"))) {
            service.orders.place(new Order("o1", 5));
            broker.stopBroker();

            long start = System.nanoTime();
            assertThatThrownBy(() -> service.orders.place(new Order("o2", 5)))
                    .isInstanceOf(MessageSendException.class)
                    .hasMessageContaining(service.topic)
                    .hasMessageContaining("Nothing was written");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));

            assertThat(service.orders.count()).isOne();
            assertThat(service.rows()).isOne();
            assertThat(service.events.halfFailures).hasSize(1);
        }
    }

    @Test
    void aBrokerThatDoesNotAnswerIsAnHonestErrorWithinTheTimeOut() {
        try (OrderService service = OrderService.start(
                broker, database.dataSource(), app -> app.property("rmq-tx.producer.send-timeout", "700ms"))) {
            broker.faults().delaySends(Duration.ofSeconds(5), 1);

            long start = System.nanoTime();
            assertThatThrownBy(() -> service.orders.place(new Order("o1", 5)))
                    .isInstanceOf(MessageSendException.class)
                    .hasMessageContaining("did not answer");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));

            assertThat(service.orders.count()).isZero();
            // The late half message is asked about, and fenced.
            await().atMost(Duration.ofSeconds(30)).until(() -> service.events.checks.stream()
                    .anyMatch(check -> check.reason().startsWith("fenced")));
            assertThat(service.visible()).isEmpty();
        }
    }
}
