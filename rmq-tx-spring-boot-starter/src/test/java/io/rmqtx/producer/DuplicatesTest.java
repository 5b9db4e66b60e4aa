package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How many messages lie twice in the topic, with rmq-tx, with its question whether a message is visible switched off,
 * and with the plain client: for transactions that are still running when the broker asks about them, and for half
 * messages that were stored twice because the answer to the first send was lost.
 */
class DuplicatesTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ =
            EmbeddedRocketMqExtension.dedicated(broker -> {}); // which asks for nobody's half messages but these

    private static final int FEW = 10;
    private static final int MANY = 40;
    private static final Duration LONG = Duration.ofSeconds(90);

    @Test
    void slowTransactions() throws Exception {
        assertThat(slowTransactions(FEW, app -> app)).isLessThanOrEqualTo(1);
        assertThat(slowTransactions(FEW, DuplicatesTest::unprotected)).isGreaterThan(FEW / 2);
    }

    @Test
    void halfMessagesThatWereStoredTwice() throws Exception {
        assertThat(storedTwice(FEW, app -> app)).isLessThanOrEqualTo(1);
        assertThat(storedTwice(FEW, DuplicatesTest::unprotected)).isGreaterThan(FEW / 2);
    }

    @Test
    @Tag("full")
    void manySlowTransactions() throws Exception {
        int with = slowTransactions(MANY, app -> app);
        int without = slowTransactions(MANY, DuplicatesTest::unprotected);
        int plain = slowTransactionsOfThePlainClient(MANY);
        print("slow transactions", with, without, plain);
        assertThat(with).isLessThanOrEqualTo(2);
        assertThat(without).isGreaterThan(MANY / 2);
        assertThat(plain).isGreaterThan(MANY / 2);
    }

    @Test
    @Tag("full")
    void manyHalfMessagesThatWereStoredTwice() throws Exception {
        int with = storedTwice(MANY, app -> app);
        int without = storedTwice(MANY, DuplicatesTest::unprotected);
        int plain = storedTwiceByThePlainClient(MANY);
        print("half messages stored twice", with, without, plain);
        assertThat(with).isLessThanOrEqualTo(2);
        assertThat(without).isGreaterThan(MANY / 2);
        assertThat(plain).isGreaterThan(MANY / 2);
    }

    private static void print(String what, int with, int without, int plain) {
        System.out.printf(
                "Of %d %s, messages twice in the topic: rmq-tx %d, without its question %d, plain client %d%n",
                MANY, what, with, without, plain);
    }

    private static TestApp unprotected(TestApp app) {
        return app.singleton("unprotected", TransportFaults.nothingIsVisible());
    }

    private static int slowTransactions(int calls, UnaryOperator<TestApp> settings) throws Exception {
        try (TestDatabase database = TestDatabase.mariaDb();
                HikariDataSource pool = database.newPool(config -> config.setMaximumPoolSize(calls + 10));
                OrderService service = OrderService.start(ROCKET_MQ.get(), pool, app -> settings.apply(app)
                        .property("rmq-tx.transport.check-threads", calls) // as if they had not come all at once
                        .property("rmq-tx.producer.commit-within", "30s"))) { // on a busy machine, too
            service.orders.setBusiness(() -> await().atMost(LONG)
                    .until(() -> service.events.checks.stream()
                                    .map(check -> check.messageId())
                                    .distinct()
                                    .count()
                            == calls)); // the broker has asked about each of them
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                Order order = new Order("o" + i, 5);
                all.add(CompletableFuture.runAsync(
                        () -> service.orders.place(order), task -> new Thread(task).start()));
            }
            for (CompletableFuture<Void> call : all) {
                call.get();
            }
            return duplicates(service.topic, calls);
        }
    }

    private static int storedTwice(int calls, UnaryOperator<TestApp> settings) {
        try (TestDatabase database = TestDatabase.h2();
                OrderService service =
                        OrderService.start(ROCKET_MQ.get(), database.dataSource(), app -> settings.apply(app)
                                .singleton("twice", TransportFaults.everyHalfTwice()))) {
            for (int i = 0; i < calls; i++) {
                service.orders.place(new Order("o" + i, 5));
            }
            return duplicates(service.topic, calls);
        }
    }

    private static int slowTransactionsOfThePlainClient(int calls) throws Exception {
        try (TestDatabase database = TestDatabase.mariaDb();
                HikariDataSource pool = database.newPool(config -> config.setMaximumPoolSize(calls + 10));
                PlainTransactionalProducer producer =
                        new PlainTransactionalProducer(ROCKET_MQ.nameServerAddress(), pool, topic())) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                String key = "o" + i;
                all.add(CompletableFuture.runAsync(
                        () -> producer.send(
                                key, () -> await().atMost(LONG).until(() -> producer.asked.size() == calls)),
                        task -> new Thread(task).start()));
            }
            for (CompletableFuture<Void> call : all) {
                call.get();
            }
            return duplicates(producer.topic, calls);
        }
    }

    private static int storedTwiceByThePlainClient(int calls) throws Exception {
        try (TestDatabase database = TestDatabase.h2();
                PlainTransactionalProducer producer =
                        new PlainTransactionalProducer(ROCKET_MQ.nameServerAddress(), database.dataSource(), topic())) {
            for (int i = 0; i < calls; i++) {
                ROCKET_MQ.get().faults().dropSendAnswers(1);
                producer.send("o" + i, () -> {});
            }
            return duplicates(producer.topic, calls);
        }
    }

    private static String topic() {
        String topic = TestApp.uniqueName("PLAIN");
        ROCKET_MQ.get().createTopic(topic, 4);
        return topic;
    }

    /** How many too many there are when the broker has nothing left to ask. */
    private static int duplicates(String topic, int calls) {
        EmbeddedRocketMq broker = ROCKET_MQ.get();
        // The count of half messages is off for moments, while the broker makes its checks.
        await().during(Duration.ofSeconds(2))
                .atMost(LONG)
                .until(() -> copies(topic).size() == calls && broker.pendingHalfMessages() == 0);
        Map<String, Integer> copies = copies(topic);
        return (int) copies.values().stream().filter(count -> count > 1).count();
    }

    private static Map<String, Integer> copies(String topic) {
        Map<String, Integer> copies = new HashMap<>();
        for (StoredMessage message : ROCKET_MQ.get().messages(topic)) {
            copies.merge(String.valueOf(message.property("KEYS")), 1, Integer::sum);
        }
        return copies;
    }
}
