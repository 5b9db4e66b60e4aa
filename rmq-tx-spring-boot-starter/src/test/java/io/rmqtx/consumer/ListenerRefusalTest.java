package io.rmqtx.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rmqtx.MessageContext;
import io.rmqtx.MessageHeader;
import io.rmqtx.ReliableListener;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import javax.sql.DataSource;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What cannot work is refused at start, with what to do. No broker is needed to say so. */
class ListenerRefusalTest {

    private static TestDatabase database;

    @BeforeAll
    static void open() {
        database = TestDatabase.h2();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(new Overlapping(), List.of("Overlapping.all", "Overlapping.x", "topic 't' with tags '*'")),
                Arguments.of(
                        new Threads(), List.of("Threads.a", "Threads.b", "threads must be the same", "'2' and '3'")),
                Arguments.of(new Attempts(), List.of("Attempts.a", "Attempts.b", "maxAttempts", "'16' and '3'")),
                Arguments.of(new IllegalGroup(), List.of("consumer group must be 1 to 120", "'my group'")),
                Arguments.of(new ReservedGroup(), List.of("reserve", "'CID_RMQ_SYS_mine'")),
                Arguments.of(new DefaultGroup(), List.of("reserve", "'DEFAULT_CONSUMER'")),
                Arguments.of(new IllegalTopic(), List.of("topic must be 1 to 127", "'a.b'")),
                Arguments.of(new SystemTopic(), List.of("reserve", "'SCHEDULE_TOPIC_XXXX'")),
                Arguments.of(new BadTags(), List.of("tag expression", "'A | B'")),
                Arguments.of(new Placeholder(), List.of("topic = \"${no.such}\"", "Set the property")),
                Arguments.of(new BadSpel(), List.of("'#payload.'", "cannot be parsed")),
                Arguments.of(new UnknownVariable(), List.of("variable '#order'", "#payload, #headers and #context")),
                Arguments.of(new HiddenVariable(), List.of("variable '#other'")),
                Arguments.of(new BareName(), List.of("name 'orderId'")),
                Arguments.of(new PrivateMethod(), List.of("PrivateMethod.on", "but is private")),
                Arguments.of(new StaticMethod(), List.of("StaticMethod.on", "but is static")),
                Arguments.of(new NoPayload(), List.of("NoPayload.on", "no parameter for the payload")),
                Arguments.of(new TwoPayloads(), List.of("exactly one parameter", "has 2")),
                Arguments.of(new IntHeader(), List.of("must be a String", "but is a int")),
                Arguments.of(new NewTransaction(), List.of("NewTransaction.on", "propagation REQUIRES_NEW")),
                Arguments.of(new NotSupported(), List.of("propagation NOT_SUPPORTED")),
                Arguments.of(new Never(), List.of("propagation NEVER")),
                Arguments.of(new ReadOnlyClass(), List.of("readOnly = true")),
                Arguments.of(new NegativeAttempts(), List.of("maxAttempts must not be negative", "-1")),
                Arguments.of(new NegativeThreads(), List.of("threads must not be negative", "-2")),
                Arguments.of(new Future(), List.of("finished its work", "CompletableFuture")),
                Arguments.of(new Reactive(), List.of("Reactive.on", "finished its work", "Sequence")),
                Arguments.of(new FlowResult(), List.of("finished its work", "Flow$Publisher")),
                Arguments.of(new Suspending(), List.of("Suspending.on", "is a suspend function")),
                Arguments.of(new AsyncMethod(), List.of("finished its work", "@Async")));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefused(Object listener, List<String> texts) {
        assertThat(refusal(app().bean(listener))).contains(texts);
    }

    @Test
    void anotherTransactionManagerIsRefused() {
        assertThat(refusal(app().configuration(TwoManagers.class).bean(new OtherManager())))
                .contains("OtherManager.on", "another transaction manager");
        assertThat(refusal(app().configuration(TwoManagers.class).bean(new TwoManagersInAGroup())))
                .contains("TwoManagersInAGroup.a", "TwoManagersInAGroup.b", "transactionManager must be the same");
    }

    @Test
    void aMissingNameServerIsRefused() {
        ConsumerApp app = new ConsumerApp(database, "").defaultClients().bean(new Fine());
        assertThat(refusal(app)).contains("No RocketMQ name server is configured", "Set rmq-tx.name-server");
    }

    @Test
    void propertiesOutOfRangeAreRefused() {
        assertThat(refusal(app().property("rmq-tx.consumer.max-attempts", 0).bean(new Fine())))
                .contains("'rmq-tx.consumer.max-attempts' must be at least 1, but is 0");
        assertThat(refusal(app().property("rmq-tx.consumer.threads", -1).bean(new Fine())))
                .contains("'rmq-tx.consumer.threads' must be at least 1, but is -1");
        assertThat(refusal(
                        app().property("rmq-tx.consumer.shutdown-wait", "-1s").bean(new Fine())))
                .contains("'rmq-tx.consumer.shutdown-wait' must be between");
    }

    @Test
    void withoutListenersNothingIsAskedFor() {
        try (ConsumerApp app = new ConsumerApp(database, "").defaultClients()) {
            app.start();
            assertThat(app.get(ListenerContainers.class).isRunning()).isTrue();
        }
    }

    private static ConsumerApp app() {
        return new ConsumerApp(database, "127.0.0.1:1");
    }

    private static String refusal(ConsumerApp app) {
        try (app) {
            Throwable thrown = catchThrowableOfType(Throwable.class, app::start);
            while (thrown != null && !(thrown instanceof RmqTxConfigurationException)) {
                thrown = thrown.getCause();
            }
            assertThat(thrown).isNotNull();
            assertThat(((RmqTxConfigurationException) thrown).action()).isNotBlank();
            return thrown.getMessage();
        }
    }

    static class Fine {
        @ReliableListener(topic = "t", group = "fine")
        void on(String body) {}
    }

    static class Overlapping {
        @ReliableListener(topic = "t", group = "g")
        void all(String body) {}

        @ReliableListener(topic = "t", group = "g", tags = "X")
        void x(String body) {}
    }

    static class Threads {
        @ReliableListener(topic = "t", group = "g", threads = 2)
        void a(String body) {}

        @ReliableListener(topic = "u", group = "g", threads = 3)
        void b(String body) {}
    }

    static class Attempts {
        @ReliableListener(topic = "t", group = "g")
        void a(String body) {}

        @ReliableListener(topic = "u", group = "g", maxAttempts = 3)
        void b(String body) {}
    }

    static class IllegalGroup {
        @ReliableListener(topic = "t", group = "my group")
        void on(String body) {}
    }

    static class ReservedGroup {
        @ReliableListener(topic = "t", group = "CID_RMQ_SYS_mine")
        void on(String body) {}
    }

    static class DefaultGroup {
        @ReliableListener(topic = "t", group = "DEFAULT_CONSUMER")
        void on(String body) {}
    }

    static class IllegalTopic {
        @ReliableListener(topic = "a.b", group = "g")
        void on(String body) {}
    }

    static class SystemTopic {
        @ReliableListener(topic = "SCHEDULE_TOPIC_XXXX", group = "g")
        void on(String body) {}
    }

    static class BadTags {
        @ReliableListener(topic = "t", group = "g", tags = "A | B")
        void on(String body) {}
    }

    static class Placeholder {
        @ReliableListener(topic = "${no.such}", group = "g")
        void on(String body) {}
    }

    static class BadSpel {
        @ReliableListener(topic = "t", group = "g", key = "#payload.")
        void on(String body) {}
    }

    static class UnknownVariable {
        @ReliableListener(topic = "t", group = "g", key = "#order.id")
        void on(String body) {}
    }

    static class HiddenVariable {
        @ReliableListener(topic = "t", group = "g", key = "#payload.substring(#headers['n'].length() + #other)")
        void on(String body) {}
    }

    static class BareName {
        @ReliableListener(topic = "t", group = "g", key = "orderId")
        void on(String body) {}
    }

    @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
    static class PrivateMethod {
        @ReliableListener(topic = "t", group = "g")
        private void on(String body) {}
    }

    static class StaticMethod {
        @ReliableListener(topic = "t", group = "g")
        static void on(String body) {}
    }

    static class NoPayload {
        @ReliableListener(topic = "t", group = "g")
        void on(MessageContext context, @MessageHeader("h") String header) {}
    }

    static class TwoPayloads {
        @ReliableListener(topic = "t", group = "g")
        void on(String body, Integer number) {}
    }

    static class IntHeader {
        @ReliableListener(topic = "t", group = "g")
        void on(String body, @MessageHeader("h") int header) {}
    }

    static class NewTransaction {
        @ReliableListener(topic = "t", group = "g")
        @Transactional(propagation = Propagation.REQUIRES_NEW)
        public void on(String body) {}
    }

    static class NotSupported {
        @ReliableListener(topic = "t", group = "g")
        @Transactional(propagation = Propagation.NOT_SUPPORTED)
        public void on(String body) {}
    }

    static class Never {
        @ReliableListener(topic = "t", group = "g")
        @Transactional(propagation = Propagation.NEVER)
        public void on(String body) {}
    }

    @Transactional(readOnly = true)
    static class ReadOnlyClass {
        @ReliableListener(topic = "t", group = "g")
        public void on(String body) {}
    }

    static class NegativeAttempts {
        @ReliableListener(topic = "t", group = "g", maxAttempts = -1)
        void on(String body) {}
    }

    static class NegativeThreads {
        @ReliableListener(topic = "t", group = "g", threads = -2)
        void on(String body) {}
    }

    static class Future {
        @ReliableListener(topic = "t", group = "g")
        CompletableFuture<Void> on(String body) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** What a reactive library returns: something that publishes. */
    abstract static class Sequence implements Publisher<String> {}

    static class Reactive {
        @ReliableListener(topic = "t", group = "g")
        @Nullable
        Sequence on(String body) {
            return null;
        }
    }

    static class FlowResult {
        @ReliableListener(topic = "t", group = "g")
        Flow.Publisher<String> on(String body) {
            return subscriber -> {};
        }
    }

    /** A suspend function as the Kotlin compiler writes it. */
    static class Suspending {
        @ReliableListener(topic = "t", group = "g")
        @Nullable
        Object on(String body, Continuation<Object> continuation) {
            return null;
        }
    }

    static class AsyncMethod {
        @Async
        @ReliableListener(topic = "t", group = "g")
        void on(String body) {}
    }

    static class OtherManager {
        @ReliableListener(topic = "t", group = "g")
        @Transactional("otherManager")
        public void on(String body) {}
    }

    static class TwoManagersInAGroup {
        @ReliableListener(topic = "t", group = "g")
        void a(String body) {}

        @ReliableListener(topic = "u", group = "g", transactionManager = "otherManager")
        void b(String body) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoManagers {
        @Bean
        @Primary
        PlatformTransactionManager transactionManager(DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        PlatformTransactionManager otherManager(DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }
    }
}
