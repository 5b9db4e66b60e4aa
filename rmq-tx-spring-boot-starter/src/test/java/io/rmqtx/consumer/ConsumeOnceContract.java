package io.rmqtx.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.MessageContext;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.JdbcTemplate;

/** One effect per message, on every database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConsumeOnceContract {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKETMQ = EmbeddedRocketMqExtension.shared();

    private TestDatabase database;
    private HikariDataSource pool;
    private JdbcTemplate jdbc;
    private JdbcTemplate committed;
    private Sender sender;

    abstract TestDatabase newDatabase();

    /** What is different about the service's connections. */
    void configure(HikariConfig pool) {}

    @BeforeAll
    void prepare() throws Exception {
        database = newDatabase();
        ConsumerApp.createEffects(database);
        pool = database.newPool(this::configure);
        jdbc = new JdbcTemplate(pool);
        committed = new JdbcTemplate(database.dataSource());
        sender = new Sender(ROCKETMQ.nameServerAddress());
    }

    @AfterAll
    void tearDown() {
        sender.close();
        database.close();
    }

    private String topic;
    private String group;

    private ConsumerApp app(Object listener) {
        int number = NUMBER.incrementAndGet();
        topic = "once-" + number;
        group = "once-group-" + number;
        ROCKETMQ.get().createTopic(topic, 4);
        ROCKETMQ.get().createConsumerGroup(group);
        return again(listener);
    }

    private ConsumerApp again(Object listener) {
        return new ConsumerApp(pool, ROCKETMQ.nameServerAddress())
                .property("test.topic", topic)
                .property("test.group", group)
                .bean(listener);
    }

    @Test
    void theSameMessageTwiceHasOneEffect() throws Exception {
        PointsListener listener = new PointsListener(jdbc, (points, context) -> {});
        try (ConsumerApp app = app(listener).start()) {
            sender.send(topic, "twice", "{\"orderId\":\"o\",\"amount\":1,\"unknown\":true}");
            sender.send(topic, "twice", "{\"orderId\":\"o\",\"amount\":1}");
            await().atMost(LONG).until(() -> app.events.duplicates.size() == 1 && app.events.consumed.size() == 1);
            assertThat(ConsumerApp.effects(committed, "twice")).containsExactly("o");
            assertThat(listener.calls).hasSize(1);
            MessageContext context = listener.calls.get(0);
            assertThat(context.key()).isEqualTo("order-7");
            assertThat(context.topic()).isEqualTo(topic);
            assertThat(context.attempt()).isEqualTo(1);
            assertThat(context.headers()).containsOnlyKeys("rmqtx_id");
        }
    }

    @Test
    void ofThreeConcurrentCopiesOneHasItsEffectThoughTheFirstRollsBack() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        PointsListener listener = new PointsListener(jdbc, (points, context) -> {
            if (context.messageId().equals("thrice") && calls.incrementAndGet() == 1) {
                entered.countDown();
                assertThat(proceed.await(30, TimeUnit.SECONDS)).isTrue();
                throw new IllegalStateException("the first rolls back");
            }
        });
        try (ConsumerApp app =
                app(listener).property("rmq-tx.consumer.key-wait", "20s").start()) {
            sender.send(topic, "thrice", "{\"orderId\":\"o\",\"amount\":1}");
            assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
            sender.send(topic, "thrice", "{\"orderId\":\"o\",\"amount\":1}");
            sender.send(topic, "thrice", "{\"orderId\":\"o\",\"amount\":1}");
            for (int i = 0; i < 10; i++) {
                sender.send(topic, "other-" + i, "{\"orderId\":\"x\",\"amount\":1}");
            }
            // While the first still runs and the copies wait.
            await().atMost(Duration.ofSeconds(10)).until(() -> app.events.consumed.size() == 10);
            assertThat(calls).hasValue(1);
            proceed.countDown();
            // The two copies and the retry of the first: one effect, two refusals.
            await().atMost(LONG).until(() -> app.events.duplicates.size() == 2);
            for (int i = 10; i < 15; i++) {
                sender.send(topic, "other-" + i, "{\"orderId\":\"x\",\"amount\":1}");
            }
            await().atMost(LONG).until(() -> app.events.consumed.size() == 16);
            assertThat(ConsumerApp.effects(committed, "thrice")).containsExactly("o");
            assertThat(app.events.failures).hasSize(1);
            assertThat(app.events.deadLetters).isEmpty();
            // Nobody but the one that failed has counted an attempt.
            assertThat(app.events.duplicates.stream()
                                    .filter(context -> context.attempt() > 1)
                                    .count()
                            + app.events.consumed.stream()
                                    .filter(context -> context.attempt() > 1)
                                    .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void aCopyThatWaitedForTheFirstIsADuplicateAndNoFailure() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        PointsListener listener = new PointsListener(jdbc, (points, context) -> {
            entered.countDown();
            assertThat(proceed.await(60, TimeUnit.SECONDS)).isTrue();
        });
        try (ConsumerApp app =
                app(listener).property("rmq-tx.consumer.key-wait", "20s").start()) {
            sender.send(topic, "waited", "{\"orderId\":\"o\",\"amount\":1}");
            assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
            sender.send(topic, "waited", "{\"orderId\":\"o\",\"amount\":1}");
            // It waits a second at a time, and is told to go on waiting.
            await().atMost(LONG).until(() -> app.events.busy.size() == 1);
            await().atMost(LONG).until(this::aKeyIsWaitedFor);
            proceed.countDown();

            await().atMost(LONG).until(() -> app.events.duplicates.size() == 1 && app.events.consumed.size() == 1);
            assertThat(app.events.duplicates.get(0).attempt()).isEqualTo(1);
            assertThat(app.events.failures).isEmpty();
            assertThat(app.events.deadLetters).isEmpty();
            assertThat(ConsumerApp.effects(committed, "waited")).containsExactly("o");
            assertThat(ROCKETMQ.get().deadLetters(group)).isEmpty();
        }
    }

    private boolean aKeyIsWaitedFor() {
        return pool.getHikariPoolMXBean().getActiveConnections() == 2;
    }

    @Test
    void aWaitThatIsOverPutsTheMessageOffWithoutCountingAnAttempt() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        PointsListener listener = new PointsListener(jdbc, (points, context) -> {
            entered.countDown();
            assertThat(proceed.await(60, TimeUnit.SECONDS)).isTrue();
        });
        try (ConsumerApp app =
                app(listener).property("rmq-tx.consumer.key-wait", "1s").start()) {
            sender.send(topic, "later", "{\"orderId\":\"o\",\"amount\":1}");
            assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
            sender.send(topic, "later", "{\"orderId\":\"o\",\"amount\":1}");
            // Four deliveries of the copy: more than the three attempts that a counted wait would leave it.
            await().atMost(Duration.ofSeconds(60)).until(() -> app.events.busy.size() >= 4);
            proceed.countDown();
            await().atMost(LONG).until(() -> !app.events.duplicates.isEmpty());
            assertThat(app.events.busy).extracting(MessageContext::attempt).containsOnly(1);
            assertThat(app.events.duplicates)
                    .extracting(MessageContext::attempt)
                    .containsOnly(1);
            assertThat(app.events.duplicates).extracting(MessageContext::topic).containsOnly(topic);
            assertThat(app.events.duplicates.get(0).key()).isEqualTo("order-7");
            assertThat(app.events.failures).isEmpty();
            assertThat(ConsumerApp.effects(committed, "later")).containsExactly("o");
            assertThat(ROCKETMQ.get().deadLetters(group)).isEmpty();
        }
    }

    @Test
    void anAcknowledgementThatIsLostAfterTheCommitDoesNotRepeatTheEffect() throws Exception {
        PointsListener listener = new PointsListener(jdbc, (points, context) -> {});
        try (ConsumerApp app = app(listener).clients(LostAcknowledgements::in).start()) {
            sender.send(topic, "unacknowledged", "{\"orderId\":\"o\",\"amount\":1}");
            await().atMost(LONG).until(() -> app.events.consumed.size() == 1);
        }
        try (ConsumerApp app = again(listener).start()) {
            await().atMost(LONG).until(() -> app.events.duplicates.size() == 1);
            assertThat(app.events.duplicates.get(0).attempt()).isEqualTo(1);
        }
        assertThat(ConsumerApp.effects(committed, "unacknowledged")).containsExactly("o");
        assertThat(listener.calls).hasSize(1);
    }
}
