package io.rmqtx.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageContext;
import io.rmqtx.StoreRouteException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.spi.StoreLocator;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabaseKind;
import io.rmqtx.testing.TwoRegions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.rocketmq.common.message.Message;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Listeners on a routing data source: the key goes where the effect goes. */
@ParameterizedClass
@MethodSource("kinds")
class RoutedListenerTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKETMQ = EmbeddedRocketMqExtension.shared();

    @Parameter
    TestDatabaseKind kind;

    private TwoRegions regions;
    private Sender sender;
    private String topic;

    static Stream<TestDatabaseKind> kinds() {
        return Boolean.getBoolean("rmqtx.test.full")
                ? Stream.of(TestDatabaseKind.values())
                : Stream.of(TestDatabaseKind.H2);
    }

    @BeforeEach
    void open() throws Exception {
        regions = new TwoRegions(kind);
        ConsumerApp.createEffects(regions.eu);
        ConsumerApp.createEffects(regions.us);
        sender = new Sender(ROCKETMQ.nameServerAddress());
        topic = TestApp.uniqueName("routed");
        ROCKETMQ.get().createTopic(topic, 1);
        ROCKETMQ.get().createConsumerGroup(topic);
    }

    @AfterEach
    void close() {
        sender.close();
        regions.close();
    }

    /** What went wrong with each attempt. */
    private static final class Causes implements RmqTxListener {

        final List<Throwable> causes = new CopyOnWriteArrayList<>();

        @Override
        public void attemptFailed(MessageContext context, Throwable cause) {
            causes.add(cause);
        }
    }

    private ConsumerApp app(StoreLocator locator, Object... beans) {
        ConsumerApp app = new ConsumerApp(regions.routing, ROCKETMQ.nameServerAddress())
                .property("test.topic", topic)
                .property("test.group", topic)
                .property("rmq-tx.consumer.threads", 1)
                .bean(locator)
                .bean(new PointsListener(new JdbcTemplate(regions.routing), (points, context) -> {}));
        for (Object bean : beans) {
            app.bean(bean);
        }
        return app.start();
    }

    private void send(String messageId, @Nullable String region) throws Exception {
        Message message = new Message(topic, "{\"orderId\":\"o\",\"amount\":1}".getBytes(StandardCharsets.UTF_8));
        message.putUserProperty(MessageHeaders.MESSAGE_ID, messageId);
        if (region != null) {
            message.putUserProperty("region", region);
        }
        sender.send(message);
    }

    private List<String> effects(String region) {
        return regions.jdbc(region).queryForList("SELECT message_id FROM effect ORDER BY message_id", String.class);
    }

    private List<String> keys(String region) {
        return regions.jdbc(region)
                .queryForList("SELECT message_id FROM rmq_tx_consumed ORDER BY message_id", String.class);
    }

    @Test
    void keyAndEffectAreWhereTheMessageBelongsAndOnceThere() throws Exception {
        try (ConsumerApp app = app(regions.locator())) {
            for (String id : List.of("1", "2", "1", "2")) {
                send(id, id.equals("1") ? "eu" : "us");
            }
            await().atMost(LONG).until(() -> app.events.consumed.size() + app.events.duplicates.size() == 4);

            assertThat(app.events.duplicates).hasSize(2);
            assertThat(effects("eu")).containsExactly("1").isEqualTo(keys("eu"));
            assertThat(effects("us")).containsExactly("2").isEqualTo(keys("us"));
        }
    }

    @Test
    void aThreadsRouteEndsWithTheDelivery() throws Exception {
        List<String> found = new CopyOnWriteArrayList<>();
        StoreLocator recording = new Delegating(regions.locator()) {
            @Override
            public Scope enter(MessageContext message, Object payload) {
                found.add(payload + " " + TwoRegions.current());
                return super.enter(message, payload);
            }
        };
        try (ConsumerApp app = app(recording)) {
            send("1", "us");
            send("2", "mars");
            send("3", "us");
            await().atMost(LONG).until(() -> app.events.consumed.size() == 2 && !app.events.failures.isEmpty());

            assertThat(found).hasSizeGreaterThanOrEqualTo(3).containsOnly(new Points("o", 1) + " null");
        }
    }

    @Test
    void aMessageWithoutARouteFailsAndIsGivenUpInTheEnd() throws Exception {
        Causes failures = new Causes();
        try (ConsumerApp app = app(regions.locator(), failures)) {
            send("1", "mars");
            await().atMost(LONG).until(() -> app.events.deadLetters.size() == 1);

            assertThat(failures.causes).hasSize(3).allSatisfy(cause -> assertThat(cause)
                    .isInstanceOf(StoreRouteException.class)
                    .hasMessageContainingAll("'mars'", "enter("));
            assertThat(effects("eu")).isEmpty();
            assertThat(effects("us")).isEmpty();
        }
    }

    @Test
    void aKeyIsNotWrittenWhereTheLocatorDoesNotSay() throws Exception {
        Causes failures = new Causes();
        StoreLocator wrong = new Delegating(regions.locator()) {
            @Override
            public String current() {
                return "us"; // whatever the thread's region is
            }
        };
        try (ConsumerApp app = app(wrong, failures)) {
            send("1", "eu");
            await().atMost(LONG).until(() -> app.events.deadLetters.size() == 1);

            assertThat(failures.causes.get(0))
                    .isInstanceOf(StoreRouteException.class)
                    .hasMessageContaining("'us'");
            for (String region : List.of("eu", "us")) {
                assertThat(effects(region)).isEmpty();
                assertThat(keys(region)).isEmpty();
            }
        }
    }

    private static class Delegating implements StoreLocator {

        private final StoreLocator locator;

        Delegating(StoreLocator locator) {
            this.locator = locator;
        }

        @Override
        public DataSource routing() {
            return locator.routing();
        }

        @Override
        public Map<String, DataSource> stores() {
            return locator.stores();
        }

        @Override
        public String current() {
            return locator.current();
        }

        @Override
        public Scope enter(MessageContext message, Object payload) {
            return locator.enter(message, payload);
        }
    }
}
