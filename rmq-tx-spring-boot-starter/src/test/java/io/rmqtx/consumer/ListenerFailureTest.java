package io.rmqtx.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.DeadLetter;
import io.rmqtx.DeadLetterHandler;
import io.rmqtx.MessageContext;
import io.rmqtx.MessageHeader;
import io.rmqtx.RejectedMessageException;
import io.rmqtx.ReliableListener;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.UnreadableMessageException;
import io.rmqtx.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionAspectSupport;

/** What becomes of a message whose listener fails, or that cannot be read. */
class ListenerFailureTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String BODY = "{\"orderId\":\"o\",\"amount\":1}";

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKETMQ = EmbeddedRocketMqExtension.shared();

    private static TestDatabase database;
    private static JdbcTemplate jdbc;
    private static Sender sender;

    private final String topic = "failure-" + NUMBER.incrementAndGet();
    private final String group = topic + "-group";
    private final Letters letters = new Letters();

    @BeforeAll
    static void prepare() throws Exception {
        database = TestDatabase.h2();
        ConsumerApp.createEffects(database);
        jdbc = new JdbcTemplate(database.dataSource());
        sender = new Sender(ROCKETMQ.nameServerAddress());
    }

    @AfterAll
    static void tearDown() {
        sender.close();
        database.close();
    }

    private ConsumerApp start(Object listener) {
        ROCKETMQ.get().createTopic(topic, 2);
        ROCKETMQ.get().createConsumerGroup(group);
        return new ConsumerApp(database, ROCKETMQ.nameServerAddress())
                .property("test.topic", topic)
                .property("test.group", group)
                .bean(letters)
                .bean(listener)
                .start();
    }

    @Test
    void aFailedAttemptIsRolledBackAndTriedAgain() throws Exception {
        PointsListener listener = new PointsListener(jdbc, (points, context) -> {
            if (context.attempt() == 1) {
                throw new IOException("checked exceptions roll back, too");
            }
        });
        try (ConsumerApp app = start(listener)) {
            sender.send(topic, "second-time", BODY);
            await().atMost(LONG).until(() -> app.events.consumed.size() == 1);
            assertThat(ConsumerApp.effects(jdbc, "second-time")).hasSize(1);
            assertThat(listener.calls).extracting(MessageContext::attempt).containsExactly(1, 2);
            assertThat(listener.calls).extracting(MessageContext::maxAttempts).containsOnly(3);
            assertThat(listener.calls).extracting(MessageContext::topic).containsOnly(topic);
            assertThat(app.events.failures).hasSize(1);
            assertThat(letters.told).isEmpty();
        }
    }

    @Test
    void theLastFailedAttemptMakesADeadLetterAndIsToldOnce() throws Exception {
        PointsListener listener = new PointsListener(jdbc, (points, context) -> {
            throw new IllegalStateException("attempt " + context.attempt());
        });
        try (ConsumerApp app = start(listener)) {
            sender.send(topic, "exhausted", BODY);
            DeadLetter letter = letterAfter(3, listener);
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.ATTEMPTS_EXHAUSTED);
            assertThat(letter.cause()).isInstanceOf(IllegalStateException.class).hasMessage("attempt 3");
            assertThat(letter.context().messageId()).isEqualTo("exhausted");
            assertThat(app.events.failures).hasSameSizeAs(listener.calls);
            assertThat(app.events.deadLetters).hasSameSizeAs(letters.told);
            assertThat(ConsumerApp.effects(jdbc, "exhausted")).isEmpty();
        }
    }

    @Test
    void anExceptionThatIsNotRetryableMakesADeadLetterAtOnceAlsoAsACause() throws Exception {
        PointsListener listener = new PointsListener(jdbc, (points, context) -> {
            throw new IllegalStateException(new NumberFormatException("a subclass of IllegalArgumentException"));
        });
        try (ConsumerApp app = start(listener)) {
            sender.send(topic, "not-retryable", BODY);
            assertThat(letterAfter(1, listener).reason()).isEqualTo(DeadLetter.Reason.NOT_RETRYABLE);
            assertThat(app.events.failures).hasSameSizeAs(listener.calls);
        }
    }

    @Test
    void aRefusedMessageIsADeadLetterAtOnceThoughTheHandlerThrows() throws Exception {
        letters.toThrow = new IllegalStateException("the handler is broken");
        PointsListener listener = new PointsListener(jdbc, (points, context) -> {
            throw new RejectedMessageException("no such customer");
        });
        try (ConsumerApp app = start(listener)) {
            sender.send(topic, "refused", BODY);
            DeadLetter letter = letterAfter(1, listener);
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.REJECTED);
            assertThat(letter.cause()).hasMessage("no such customer");
            assertThat(app.events.deadLetters).hasSameSizeAs(letters.told);
            assertThat(ConsumerApp.effects(jdbc, "refused")).isEmpty();
        }
    }

    @Test
    void aTransactionMarkedRollbackOnlyIsAFailedAttempt() throws Exception {
        PointsListener listener = new RollbackOnlyListener(jdbc);
        try (ConsumerApp app = start(listener)) {
            sender.send(topic, "rollback-only", BODY);
            DeadLetter letter = letterAfter(3, listener);
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.ATTEMPTS_EXHAUSTED);
            assertThat(letter.cause())
                    .isInstanceOf(UnexpectedRollbackException.class)
                    .hasMessageContaining("marked rollback-only");
            assertThat(ConsumerApp.effects(jdbc, "rollback-only")).isEmpty();
            assertThat(app.events.consumed).isEmpty();
        }
    }

    @Test
    void whatCannotBeReadIsADeadLetterAtOnceAndHoldsNobodyUp() throws Exception {
        PointsListener listener = new PointsListener(jdbc, (points, context) -> {});
        try (ConsumerApp app = start(listener)) {
            sender.send(topic, "blank", " ");
            sender.send(topic, "null", "null");
            sender.send(topic, "no-json", "{\"orderId\":");
            sender.send(topic, "wrong-type", "{\"orderId\":\"o\",\"amount\":\"much\"}");
            sender.send(topic, "deep", "[".repeat(100_000));
            sender.send(topic, "x".repeat(256), BODY);
            sender.send(topic, "good", BODY);
            await().atMost(LONG).until(() -> ROCKETMQ.get().deadLetters(group).size() == 6);
            await().atMost(LONG).until(() -> app.events.consumed.size() == 1);
            assertThat(letters.told).hasSize(6).allSatisfy(letter -> {
                assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.UNREADABLE);
                assertThat(letter.context().attempt()).isEqualTo(1);
                assertThat(letter.cause()).isInstanceOf(UnreadableMessageException.class);
            });
            assertThat(listener.calls).extracting(MessageContext::messageId).containsExactly("good");
            assertThat(app.events.failures).isEmpty();
        }
    }

    @Test
    void keysAndHeadersThatAreMissingMakeDeadLetters() throws Exception {
        KeyedListener listener = new KeyedListener();
        try (ConsumerApp app = start(listener)) {
            sender.send(keyed("{\"orderId\":null,\"amount\":1}", "v1"));
            sender.send(keyed("{\"orderId\":\" \",\"amount\":1}", "v1"));
            sender.send(keyed("{\"orderId\":\"" + "k".repeat(256) + "\",\"amount\":1}", "v1"));
            sender.send(keyed("{\"orderId\":\"k1\",\"amount\":1}", null));
            sender.send(keyed("{\"orderId\":\"k1\",\"amount\":1}", "v1"));
            // Another message with the same key, as a producer without ids would send it again.
            sender.send(keyed("{\"orderId\":\"k1\",\"amount\":2}", "v1"));
            await().atMost(LONG).until(() -> ROCKETMQ.get().deadLetters(group).size() == 4);
            await().atMost(LONG).until(() -> app.events.duplicates.size() == 1);
            assertThat(letters.told).extracting(DeadLetter::reason).containsOnly(DeadLetter.Reason.UNREADABLE);
            assertThat(letters.told)
                    .extracting(letter -> letter.cause().getMessage())
                    .anyMatch(text -> text.contains("but is null"))
                    .anyMatch(text -> text.contains("but is blank"))
                    .anyMatch(text -> text.contains("but has 256 characters"))
                    .anyMatch(text -> text.contains("required header 'version' is missing"));
            assertThat(listener.seen).containsExactly("k1 v1 null");
        }
    }

    private Message keyed(String body, String version) {
        Message message = new Message(topic, body.getBytes(StandardCharsets.UTF_8));
        if (version != null) {
            message.putUserProperty("version", version);
        }
        return message;
    }

    /**
     * The letter that the last of so many attempts makes. It is told once for each delivery that ends in it: a broker
     * that does not take it in time, on a busy machine say, gets it again after one more.
     */
    private DeadLetter letterAfter(int attempts, PointsListener listener) {
        await().atMost(LONG).until(() -> !ROCKETMQ.get().deadLetters(group).isEmpty());
        await().untilAsserted(() -> assertThat(letters.told).hasSize(listener.calls.size() - attempts + 1));
        assertThat(listener.calls)
                .extracting(MessageContext::attempt)
                .startsWith(IntStream.rangeClosed(1, attempts).boxed().toArray(Integer[]::new));
        return letters.told.get(0);
    }

    static class KeyedListener {

        final List<String> seen = new CopyOnWriteArrayList<>();

        @ReliableListener(topic = "${test.topic}", group = "${test.group}", key = "#payload.orderId")
        public void on(
                @MessageHeader("version") String version,
                Points points,
                @MessageHeader(value = "absent", required = false) String absent) {
            seen.add(points.orderId() + " " + version + " " + absent);
        }
    }

    static class RollbackOnlyListener extends PointsListener {

        RollbackOnlyListener(JdbcTemplate jdbc) {
            super(jdbc, (points, context) -> TransactionAspectSupport.currentTransactionStatus()
                    .setRollbackOnly());
        }

        // Joins the transaction of the key, through the proxy that Spring makes for it.
        @Override
        @Transactional
        public void onPoints(Points points, MessageContext context) throws Exception {
            super.onPoints(points, context);
        }
    }

    static class Letters implements DeadLetterHandler {

        final List<DeadLetter> told = new CopyOnWriteArrayList<>();
        RuntimeException toThrow;

        @Override
        public void onDeadLetter(DeadLetter letter) {
            told.add(letter);
            if (toThrow != null) {
                throw toThrow;
            }
        }
    }
}
