package io.rmqtx.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.rmqtx.Idempotent;
import io.rmqtx.ReliableListener;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;
import org.reactivestreams.Publisher;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Methods that cannot be protected are refused at start, with what to do. No broker is needed to say so. */
class IdempotentRefusalTest {

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
                Arguments.of(PrivateMethod.class, List.of("PrivateMethod.on", "but is private")),
                Arguments.of(StaticMethod.class, List.of("StaticMethod.on", "but is static")),
                Arguments.of(FinalMethod.class, List.of("FinalMethod.on", "but is final")),
                Arguments.of(PrimitiveResult.class, List.of("PrimitiveResult.on", "return type is int", "Integer")),
                Arguments.of(Future.class, List.of("finished its work", "CompletableFuture")),
                Arguments.of(Reactive.class, List.of("finished its work", "Publisher")),
                Arguments.of(Suspending.class, List.of("Suspending.on", "is a suspend function")),
                Arguments.of(AsyncMethod.class, List.of("finished its work", "@Async")),
                Arguments.of(
                        NewTransaction.class,
                        List.of("propagation REQUIRES_NEW", "@Idempotent(transactionManager = ...)")),
                Arguments.of(ReadOnly.class, List.of("readOnly = true")),
                Arguments.of(BadSpel.class, List.of("'#id.'", "cannot be parsed", "@Idempotent(key = ...)")),
                Arguments.of(UnknownVariable.class, List.of("may use #id, #p0 and #a0 only", "variable '#order'")),
                Arguments.of(BareName.class, List.of("name 'id'")),
                Arguments.of(FunctionCall.class, List.of("function '#of(#id)'")),
                Arguments.of(UnknownType.class, List.of("no.such.Type")),
                Arguments.of(
                        IllegalGroup.class,
                        List.of("consumer group must be 1 to 120", "'my group'", "Correct it in @Idempotent")),
                Arguments.of(UnknownPlaceholder.class, List.of("group = \"${no.such}\"", "Set the property")),
                Arguments.of(AlsoListener.class, List.of("is a @ReliableListener", "Remove @Idempotent")),
                Arguments.of(UnknownManager.class, List.of("no transaction manager 'none'")));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefused(Class<?> bean, List<String> texts) {
        assertThat(refusal(app().bean(bean))).contains(texts);
    }

    @Test
    void aBeanThatIsNoProxyIsRefused() {
        assertThat(refusal(app().singleton("made", new Fine())))
                .contains("Fine.on", "(bean 'made') is not protected", "not a Spring proxy", "Let Spring create");
    }

    @Test
    void aMethodThatItsProxyDoesNotHaveIsRefused() {
        assertThat(refusal(
                        app().property("spring.aop.proxy-target-class", "false").bean(Hidden.class)))
                .contains("Hidden.on", "JDK proxy");
    }

    @Test
    void aProxyOfAGenericInterfaceReachesTheMethod() {
        app().property("spring.aop.proxy-target-class", "false")
                .bean(Generic.class)
                .start()
                .close();
    }

    @Test
    void aBeanThatIsMadeLaterIsCheckedWhenItIsMade() {
        try (var context = app(Later.class).start()) {
            assertThatThrownBy(() -> context.getBean("later"))
                    .rootCause()
                    .isInstanceOf(RmqTxConfigurationException.class)
                    .hasMessageContaining("FinalMethod.on");
            assertThat(context.getBean("fine")).isNotNull();
        }
    }

    @Test
    void aBeanThatIsProxiedTwiceIsRefused() {
        assertThat(refusal(app(ProxiedTwice.class).bean(Fine.class))).contains("Fine.on", "proxied twice");
    }

    @Test
    void anAdvisorThatCannotStandOutsideOfTheTransactionIsRefused() {
        assertThat(refusal(app(OutermostTransactions.class).bean(OwnTransaction.class)))
                .contains("OwnTransaction.on", "the transaction advisor stands outside", "Integer.MIN_VALUE");
    }

    @Test
    void missingTablesAreRefused() {
        try (TestDatabase empty = TestDatabase.h2()) {
            TestApp app = TestApp.of(Service.class)
                    .dataSource(empty.dataSource())
                    .property("rmq-tx.schema.initialize", "never")
                    .bean(Fine.class);
            assertThat(refusal(app)).contains("rmq_tx_", "does not exist", "io/rmqtx/sql/rmq-tx-h2.sql");
        }
    }

    @Test
    void anExcludedAutoConfigurationIsRefused() {
        assertThat(refusal(app().property("spring.autoconfigure.exclude", ConsumerAutoConfiguration.class.getName())
                        .bean(Fine.class)))
                .contains("@Idempotent on Fine.on()", "has no effect", ConsumerAutoConfiguration.class.getName());
    }

    @Test
    void propertiesOutOfRangeAreRefused() {
        assertThat(refusal(app().property("rmq-tx.consumer.key-wait", "-1s").bean(Fine.class)))
                .contains("'rmq-tx.consumer.key-wait' must be between");
    }

    @Test
    void neitherANameServerNorABrokerIsNeededAndAMockIsLeftAlone() {
        app().bean(Fine.class).start().close();
        app().singleton("mock", Mockito.mock(Fine.class)).start().close();
    }

    private static TestApp app() {
        return app(Service.class);
    }

    private static TestApp app(Class<?> configuration) {
        return TestApp.of(configuration).dataSource(database.dataSource());
    }

    private static String refusal(TestApp app) {
        Throwable thrown = catchThrowable(() -> app.start().close());
        while (thrown != null && !(thrown instanceof RmqTxConfigurationException)) {
            thrown = thrown.getCause();
        }
        assertThat(thrown).isNotNull();
        assertThat(((RmqTxConfigurationException) thrown).action()).isNotBlank();
        return thrown.getMessage();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Service {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableTransactionManagement(order = Integer.MIN_VALUE, proxyTargetClass = true)
    static class OutermostTransactions {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class ProxiedTwice {
        @Bean
        static DefaultAdvisorAutoProxyCreator secondCreator() {
            DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
            creator.setProxyTargetClass(true);
            return creator;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Later {
        @Bean
        @Lazy
        static Object later() {
            return new FinalMethod();
        }

        @Bean
        @Lazy
        static Object fine() {
            return new Fine();
        }
    }

    static class Generic implements GenericHandler<Entry> {
        @Override
        public void handle(Entry what) {}
    }

    static class FunctionCall {
        @Idempotent(group = "g", key = "#of(#id)")
        public void on(String id) {}
    }

    static class UnknownType {
        @Idempotent(group = "g", key = "T(no.such.Type).of(#id)")
        public void on(String id) {}
    }

    static class Fine {
        @Idempotent(group = "g", key = "#id")
        public void on(String id) {}
    }

    static class OwnTransaction {
        @Transactional
        @Idempotent(group = "g", key = "#id")
        public void on(String id) {}
    }

    static class Hidden implements Runnable {
        @Override
        public void run() {}

        @Idempotent(group = "g", key = "#id")
        public void on(String id) {}
    }

    @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
    static class PrivateMethod {
        @Idempotent(group = "g", key = "#id")
        private void on(String id) {}
    }

    static class StaticMethod {
        @Idempotent(group = "g", key = "#id")
        public static void on(String id) {}
    }

    static class FinalMethod {
        @Idempotent(group = "g", key = "#id")
        public final void on(String id) {}
    }

    static class PrimitiveResult {
        @Idempotent(group = "g", key = "#id")
        public int on(String id) {
            return 1;
        }
    }

    static class Future {
        @Idempotent(group = "g", key = "#id")
        public CompletableFuture<Void> on(String id) {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class Reactive {
        @Idempotent(group = "g", key = "#id")
        public @Nullable Publisher<String> on(String id) {
            return null;
        }
    }

    /** A suspend function as the Kotlin compiler writes it. */
    static class Suspending {
        @Idempotent(group = "g", key = "#id")
        public @Nullable Object on(String id, Continuation<Object> continuation) {
            return null;
        }
    }

    static class AsyncMethod {
        @Async
        @Idempotent(group = "g", key = "#id")
        public void on(String id) {}
    }

    static class NewTransaction {
        @Transactional(propagation = Propagation.REQUIRES_NEW)
        @Idempotent(group = "g", key = "#id")
        public void on(String id) {}
    }

    static class ReadOnly {
        @Transactional(readOnly = true)
        @Idempotent(group = "g", key = "#id")
        public void on(String id) {}
    }

    static class BadSpel {
        @Idempotent(group = "g", key = "#id.")
        public void on(String id) {}
    }

    static class UnknownVariable {
        @Idempotent(group = "g", key = "#order.id")
        public void on(String id) {}
    }

    static class BareName {
        @Idempotent(group = "g", key = "id")
        public void on(String id) {}
    }

    static class IllegalGroup {
        @Idempotent(group = "my group", key = "#id")
        public void on(String id) {}
    }

    static class UnknownPlaceholder {
        @Idempotent(group = "${no.such}", key = "#id")
        public void on(String id) {}
    }

    static class AlsoListener {
        @ReliableListener(topic = "t", group = "g")
        @Idempotent(group = "g", key = "#id")
        public void on(String id) {}
    }

    static class UnknownManager {
        @Idempotent(group = "g", key = "#id", transactionManager = "none")
        public void on(String id) {}
    }
}
