package io.rmqtx.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageOperations;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Order by key: hole 4. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class OrderTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ =
            EmbeddedRocketMqExtension.dedicated(broker -> broker.maxMessageSize(64 * 1024));

    @Parameter
    TestDatabaseKind kind;

    private final EmbeddedRocketMq broker = ROCKET_MQ.get();
    private final List<ShippingService> instances = new ArrayList<>();
    private TestDatabase database;
    private String topic;

    @BeforeEach
    void open() {
        database = TestDatabase.of(kind);
        topic = ShippingService.newTopic(broker);
    }

    @AfterEach
    void close() {
        broker.faults().reset();
        instances.forEach(ShippingService::close);
        database.close();
    }

    private ShippingService instance() {
        ShippingService instance = ShippingService.instance(
                broker, topic, database.dataSource(), app -> app.property("rmq-tx.relay.max-refusals", 2)
                        .property("rmq-tx.relay.retry-after", "200ms")
                        .property("rmq-tx.relay.flush-interval", "500ms")
                        .property("rmq-tx.relay.dispatch-lease", "3s")
                        .property("rmq-tx.relay.send-timeout", "1s"));
        instances.add(instance);
        return instance;
    }

    private List<StoredMessage> of(String customer) {
        return broker.messages(topic).stream()
                .filter(message -> message.bodyAsString().startsWith(customer + ":"))
                .toList();
    }

    private void assertInOrder(String customer, int number) {
        assertThat(of(customer))
                .extracting(StoredMessage::bodyAsString)
                .isEqualTo(IntStream.rangeClosed(1, number)
                        .mapToObj(i -> customer + ":" + i)
                        .toList());
        assertThat(of(customer))
                .extracting(StoredMessage::queueId)
                .containsOnly(of(customer).get(0).queueId());
    }

    @Test
    void severalInstancesKeepTheOrderOfCommitsOfEachKeyInOneQueue() throws Exception {
        IntStream.range(0, 3).forEach(i -> instance());
        int each = 30;
        List<String> customers = List.of("a", "b", "c", "d");
        customers.forEach(customer -> instances.get(0).shipments.shipNext(customer));
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 1; i < each; i++) {
            ShippingService instance = instances.get(i % 3);
            customers.forEach(customer -> calls.add(threads.submit(() -> instance.shipments.shipNext(customer))));
        }
        for (Future<?> call : calls) {
            call.get();
        }
        threads.shutdown();

        await().atMost(LONG).until(() -> instances.get(0).count("PUBLISHED") == 4 * each);
        customers.forEach(customer -> assertInOrder(customer, each));
    }

    @Test
    void aMessageThatIsRefusedHoldsUpItsKeyAloneUntilAnOperatorGivesItUp() {
        ShippingService service = instance();
        instance();
        service.shipments.shipNext("a");
        await().until(() -> of("a").size() == 1);
        String large = randomText(200_000);
        String poisoned = service.shipments
                .sendAll(List.of(service.shipments.message("b:" + large).withOrderKey("b")))
                .get(0);
        service.shipments.shipNext("b");
        service.shipments.shipNext("a");
        service.shipments.shipNext("c");

        await().atMost(LONG).until(() -> of("a").size() == 2 && of("c").size() == 1);
        await().atMost(LONG).until(() -> service.count("DEAD") == 1);
        assertThat(of("b")).isEmpty();
        assertThat(service.jdbc()
                        .queryForObject("SELECT last_error FROM rmq_tx_message WHERE status = 'DEAD'", String.class))
                .contains("code 13");

        service.shipments.shipNext("a");
        await().atMost(LONG).until(() -> of("a").size() == 3);
        assertThat(of("b")).as("still held up").isEmpty();

        service.context.getBean(MessageOperations.class).cancel(poisoned, "it is too large");
        await().atMost(LONG).until(() -> of("b").size() == 1);
        assertInOrder("a", 3);
        assertInOrder("b", 1);
    }

    private static String randomText(int length) {
        StringBuilder text = new StringBuilder(length);
        new java.util.Random(7).ints(length, 33, 126).forEach(c -> text.append((char) c));
        return text.toString();
    }

    @Test
    void whatFollowsAMessageWhoseAnswerIsLostWaitsForIt() {
        ShippingService service = instance();
        service.shipments.shipNext("a");
        await().until(() -> of("a").size() == 1);
        broker.faults().dropSends(1);
        service.shipments.shipNext("a");
        service.shipments.shipNext("a");

        await().atMost(LONG).until(() -> service.count("PUBLISHED") == 3);
        assertInOrder("a", 3);
    }

    @Test
    void theInstanceThatCommittedStopsAndAnotherGoesOnInOrder() {
        ShippingService first = instance();
        broker.faults().dropSends(io.rmqtx.embedded.FaultSwitches.ALWAYS);
        IntStream.range(0, 10).forEach(i -> first.shipments.shipNext("a"));
        first.close();
        instances.clear();
        broker.faults().reset();

        ShippingService second = instance();
        second.shipments.shipNext("a");

        await().atMost(LONG).until(() -> second.count("PUBLISHED") == 11);
        assertInOrder("a", 11);
    }

    /** What an instance leaves that dies after the broker has acknowledged, and before anything is marked. */
    @Test
    void rowsThatAreVisibleButUnmarkedAreNotSentAgainAndDoNotHoldUpTheirKey() {
        ShippingService first = instance();
        IntStream.range(0, 20).forEach(i -> first.shipments.shipNext("a"));
        await().atMost(LONG).until(() -> first.count("PUBLISHED") == 20);
        first.close();
        instances.clear();
        first.jdbc()
                .update(
                        "UPDATE rmq_tx_message SET status = 'PENDING', lease_owner = 4711, next_attempt_at = ?",
                        System.currentTimeMillis() + 500);

        int before = broker.faults().seenQueries();
        ShippingService second = instance();
        second.shipments.shipNext("a");

        await().atMost(LONG).until(() -> second.count("PUBLISHED") == 21);
        assertInOrder("a", 21);
        assertThat(broker.faults().seenQueries() - before)
                .as("all are asked about together, twice")
                .isLessThan(100);
    }
}
