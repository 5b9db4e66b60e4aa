package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageIds;
import io.rmqtx.MessageSendException;
import io.rmqtx.embedded.EmbeddedBroker;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.HalfMessageTransport.Visibility;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two brokers behind one name server: each half message belongs to one of them, and one of them can be away. */
class TwoBrokersTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ =
            EmbeddedRocketMqExtension.dedicated(builder -> builder.brokers(2));

    private final EmbeddedRocketMq rocketMq = ROCKET_MQ.get();
    private final EmbeddedBroker a = rocketMq.broker("broker-a");
    private final EmbeddedBroker b = rocketMq.broker("broker-b");
    private final AtomicInteger number = new AtomicInteger();
    private TestDatabase database;
    private OrderService service;

    @BeforeEach
    void open() {
        database = TestDatabase.h2();
    }

    @AfterEach
    void close() {
        service.close();
        database.close();
    }

    @Test
    void halvesAndTheirEndsGoToTheSameBroker() {
        start(app -> app.property("rmq-tx.producer.commit-within", "30s"));
        for (int i = 0; i < 40; i++) {
            place();
            fail();
        }

        await().atMost(LONG).until(() -> service.events.ends.size() == 80);
        assertThat(service.events.ends).allMatch(end -> end.outcome() == EndOutcome.ACKNOWLEDGED);
        for (EmbeddedBroker broker : rocketMq.brokers()) {
            FaultSwitches seen = broker.faults();
            assertThat(seen.seenCommits()).as("commits at " + broker.name()).isPositive();
            assertThat(seen.seenRollbacks())
                    .as("roll-backs at " + broker.name())
                    .isPositive();
            assertThat(seen.seenHalfSends()).isEqualTo(seen.seenCommits() + seen.seenRollbacks());
            assertThat(broker.count(service.topic)).isEqualTo(seen.seenCommits());
        }
        assertThat(service.visible()).hasSize(40);
    }

    @Test
    void aBrokerThatIsGoneCostsNoCallBecauseItsHalfCertainlyDidNotLeave() {
        // The stale route goes on naming the broker that is gone.
        start(app -> app.property("rmq-tx.client.route-refresh", "1h"));
        placeAt(b);
        b.stop();

        long begin = System.nanoTime();
        for (int i = 0; i < 30; i++) {
            place();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(service.events.halfFailures).isEmpty();
        await().atMost(LONG).until(() -> a.count(service.topic) >= 30);
    }

    @Test
    void aBrokerThatDoesNotAnswerFailsTheCallsUnderWayAndIsLeftOutForAWhile() {
        start(app -> app.property("rmq-tx.producer.send-timeout", "3s"));
        placeAt(a);
        placeAt(b);
        int before = service.orders.count();
        b.faults().delaySends(Duration.ofSeconds(5), FaultSwitches.ALWAYS);

        // Another copy at the other broker would be a second half message: the time-out tells nothing.
        long begin = System.nanoTime();
        await().atMost(LONG).until(() -> {
            try {
                place();
                return false;
            } catch (MessageSendException e) {
                return e.getMessage().contains("broker-b");
            }
        });
        int placed = service.orders.count();
        for (int i = 0; i < 20; i++) {
            place();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(service.events.halfFailures).hasSize(1);
        assertThat(placed).isGreaterThanOrEqualTo(before);
        b.faults().reset();
        // The half message that arrived late is asked about, and fenced.
        await().atMost(LONG).until(() -> service.events.checks.stream()
                .anyMatch(check -> check.reason().startsWith("fenced")));
        await().atMost(LONG).until(() -> service.visible().size() == service.orders.count());
    }

    @Test
    void theHalvesOfABrokerThatWasAwayAreResolvedWhenItIsBack() {
        start(app -> app);
        b.faults().dropEndTransaction(FaultSwitches.ALWAYS);
        List<String> committed = new ArrayList<>();
        List<String> rolledBack = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            committed.add(placeAt(b));
            rolledBack.add(failAt(b));
        }
        assertThat(b.count(service.topic)).isZero();
        b.stop();
        place();
        b.faults().reset();
        b.start();

        await().atMost(LONG).until(() -> b.count(service.topic) == 3);
        await().atMost(LONG).until(() -> rolledBack.stream()
                .allMatch(id -> service.status(id).equals("ABORTED")));
        assertThat(ids(b)).containsExactlyInAnyOrderElementsOf(committed);
        assertThat(ids(a)).doesNotContainAnyElementsOf(rolledBack);
        await().atMost(LONG).until(() -> committed.stream()
                .allMatch(id -> service.status(id).equals("PUBLISHED")));
        assertThat(service.visible()).hasSize(service.orders.count());
    }

    @Test
    void aMessageIsVisibleAlsoWhereAnotherBrokerAsks() throws Exception {
        start(app -> app);
        assertVisibleWhereAnotherBrokerAsks(b, a);
        assertVisibleWhereAnotherBrokerAsks(a, b);
    }

    private void assertVisibleWhereAnotherBrokerAsks(EmbeddedBroker holder, EmbeddedBroker other) throws Exception {
        String id = placeAt(holder);
        await().atMost(LONG).until(() -> ids(holder).contains(id));
        int queries = holder.faults().seenQueries();

        leaveAt(other, id);

        await().atMost(LONG).until(() -> answers(id).contains(CheckBackAnswer.ROLLBACK));
        assertThat(holder.faults().seenQueries()).isGreaterThan(queries);
        assertThat(ids(other)).doesNotContain(id);
        assertThat(ids(holder)).containsOnlyOnce(id);
    }

    @Test
    void whileABrokerIsAwayNothingIsSaidToBeInvisible() throws Exception {
        start(app -> app);
        HalfMessageTransport transport = service.context.getBean(HalfMessageTransport.class);
        String id = placeAt(b);
        await().atMost(LONG).until(() -> ids(b).contains(id));
        Instant created = Instant.now();
        assertThat(transport.visible(service.topic, id, created)).isEqualTo(Visibility.VISIBLE);
        assertThat(transport.visible(service.topic, "no-such-id", created)).isEqualTo(Visibility.NOT_VISIBLE);
        StoredMessage published = published(id);
        b.stop();
        assertThat(transport.visible(service.topic, "no-such-id", created)).isEqualTo(Visibility.NOT_KNOWN);

        LeftOverHalf.send(rocketMq.nameServerAddress(), published, group(), a.name());

        // Long enough for the routes, which are fetched every second, to name one broker only.
        await().atMost(LONG).until(() -> answers(id).size() >= 8);
        assertThat(answers(id)).containsOnly(CheckBackAnswer.UNKNOWN);
        assertThat(transport.visible(service.topic, "no-such-id", created)).isEqualTo(Visibility.NOT_KNOWN);
        assertThat(ids(a)).doesNotContain(id);

        b.start();
        await().atMost(LONG).until(() -> answers(id).contains(CheckBackAnswer.ROLLBACK));
        assertThat(ids(a)).doesNotContain(id);
        assertThat(ids(b)).containsOnlyOnce(id);
    }

    private void start(UnaryOperator<TestApp> settings) {
        service = OrderService.start(rocketMq, database.dataSource(), settings);
    }

    private String place() {
        try (MessageIds ids = MessageIds.record()) {
            service.orders.setBusiness(() -> {});
            service.orders.place(new Order("o" + number.incrementAndGet(), 5));
            return ids.single();
        }
    }

    private void fail() {
        service.orders.setBusiness(() -> {
            throw new IllegalStateException("business says no");
        });
        assertThatThrownBy(() -> service.orders.place(new Order("o" + number.incrementAndGet(), 5)))
                .hasMessage("business says no");
    }

    private String placeAt(EmbeddedBroker broker) {
        int before = broker.faults().seenHalfSends();
        String id;
        do {
            id = place();
        } while (broker.faults().seenHalfSends() == before);
        return id;
    }

    private String failAt(EmbeddedBroker broker) {
        int before = broker.faults().seenHalfSends();
        do {
            fail();
        } while (broker.faults().seenHalfSends() == before);
        return service.events.halves.get(service.events.halves.size() - 1).id().value();
    }

    private void leaveAt(EmbeddedBroker broker, String id) throws Exception {
        LeftOverHalf.send(rocketMq.nameServerAddress(), published(id), group(), broker.name());
    }

    private StoredMessage published(String id) {
        return service.visible().stream()
                .filter(message -> id.equals(message.property(MessageHeaders.MESSAGE_ID)))
                .findFirst()
                .orElseThrow();
    }

    private String group() {
        return service.context.getEnvironment().getRequiredProperty("spring.application.name") + "-rmqtx";
    }

    private List<CheckBackAnswer> answers(String id) {
        return service.events.checks.stream()
                .filter(check -> check.messageId().equals(id))
                .map(check -> check.answer())
                .toList();
    }

    private List<String> ids(EmbeddedBroker broker) {
        return broker.messages(service.topic).stream()
                .map(message -> message.property(MessageHeaders.MESSAGE_ID))
                .toList();
    }
}
