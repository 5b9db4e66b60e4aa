package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.ReliableMessage;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** P7: what cannot keep the promises is said at start, with the thing, the rule and the way out. */
@ExtendWith(OutputCaptureExtension.class)
public class StartupRefusalTest {

    private static final Pattern PRINTED = Pattern.compile(
            "APPLICATION FAILED TO START.*Description:\\s+(.*?)\\s+Action:\\s+(.*?)\\s*\\R\\R", Pattern.DOTALL);

    private TestDatabase database;
    private CapturedOutput output;

    @BeforeEach
    void open(CapturedOutput output) {
        this.output = output;
        database = TestDatabase.h2();
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** What Spring Boot printed. */
    private FailureAnalysis refusal(Class<?> configuration, UnaryOperator<TestApp> settings) {
        TestApp app =
                TestApp.of(configuration).dataSource(database.dataSource()).nameServer("127.0.0.1:1");
        assertThatThrownBy(() -> settings.apply(app).start().close()).isNotNull();
        Matcher printed = PRINTED.matcher(output.getAll());
        assertThat(printed.find()).as("a description and an action").isTrue();
        return new FailureAnalysis(printed.group(1), printed.group(2), null);
    }

    private FailureAnalysis refusal(Class<?> configuration) {
        return refusal(configuration, app -> app);
    }

    @Test
    void theTablesAreMissing() {
        FailureAnalysis analysis = refusal(Good.class, app -> app.property("rmq-tx.schema.initialize", "never"));
        assertThat(analysis.getDescription()).contains("rmq_tx_");
        assertThat(analysis.getAction())
                .contains("io/rmqtx/sql/rmq-tx-h2.sql")
                .contains("rmq-tx.schema.initialize=always");
    }

    @Test
    void thereIsNoTransactionManager() {
        FailureAnalysis analysis = refusal(WithoutTransactionManager.class);
        assertThat(analysis.getDescription()).contains("no transaction manager");
        assertThat(analysis.getAction()).contains("data source");
    }

    @Test
    void thereAreSeveralTransactionManagers() {
        FailureAnalysis analysis = refusal(SeveralTransactionManagers.class);
        assertThat(analysis.getDescription()).contains("'first'").contains("'second'");
        assertThat(analysis.getAction())
                .contains("@ReliableMessage(transactionManager")
                .contains("@Primary");
    }

    @Test
    void theNamedTransactionManagerDoesNotExist() {
        FailureAnalysis analysis = refusal(UnknownTransactionManager.class);
        assertThat(analysis.getDescription()).contains("'nobody'").contains("'transactionManager'");
    }

    @Test
    void messageAndTransactionNameDifferentManagers() {
        FailureAnalysis analysis = refusal(DifferentManagers.class);
        assertThat(analysis.getDescription()).contains("'a'").contains("'b'");
        assertThat(analysis.getAction()).contains("same manager");
    }

    @Test
    void theMethodIsFinal() {
        FailureAnalysis analysis = refusal(FinalMethod.class);
        assertThat(analysis.getDescription()).contains("FinalMethodBean.send()").contains("final");
        assertThat(analysis.getAction()).contains("public");
    }

    @Test
    void theMethodIsPrivate() {
        FailureAnalysis analysis = refusal(PrivateMethod.class);
        assertThat(analysis.getDescription())
                .contains("PrivateMethodBean.send()")
                .contains("private");
    }

    @Test
    void theBeanIsProxiedByAnInterfaceWithoutTheMethod() {
        FailureAnalysis analysis =
                refusal(InterfaceProxy.class, app -> app.property("spring.aop.proxy-target-class", false));
        assertThat(analysis.getDescription()).contains("JDK proxy").contains("Sender");
        assertThat(analysis.getAction()).contains("spring.aop.proxy-target-class=true");
    }

    @Test
    void theBeanIsNoProxy() {
        FailureAnalysis analysis = refusal(Good.class, app -> app.singleton("handMade", new GoodBean()));
        assertThat(analysis.getDescription()).contains("'handMade'").contains("not a Spring proxy");
    }

    @Test
    void anExpressionCannotBeParsed() {
        FailureAnalysis analysis = refusal(BrokenExpression.class);
        assertThat(analysis.getDescription())
                .contains("tag expression \"a b\"")
                .contains("BrokenExpressionBean.send()");
        assertThat(analysis.getAction()).contains("quotes");
    }

    @Test
    void aLiteralLacksItsQuotes() {
        FailureAnalysis analysis = refusal(BareName.class);
        assertThat(analysis.getDescription()).contains("bare name 'CREATED'");
        assertThat(analysis.getAction()).contains("#CREATED").contains("quotes");
    }

    @Test
    void theTransactionIsReadOnly() {
        assertThat(refusal(ReadOnly.class).getDescription()).contains("read-only");
    }

    @Test
    void theTransactionIsExcluded() {
        assertThat(refusal(NotSupported.class).getDescription()).contains("NOT_SUPPORTED");
    }

    @Test
    void theResultIsAsynchronous() {
        assertThat(refusal(Asynchronous.class).getDescription()).contains("CompletableFuture");
    }

    @Test
    void theNumberOfCheckThreadsIsZero() {
        FailureAnalysis analysis = refusal(Good.class, app -> app.property("rmq-tx.transport.check-threads", 0));
        assertThat(analysis.getDescription()).contains("rmq-tx.transport.check-threads");
    }

    @Test
    void anExpressionNamesAnUnknownVariable() {
        FailureAnalysis analysis = refusal(UnknownVariable.class);
        assertThat(analysis.getDescription()).contains("[ordr]").contains("order");
        assertThat(analysis.getAction()).contains("-parameters");
    }

    @Test
    void anExpressionUsesTheResult() {
        FailureAnalysis analysis = refusal(UsesResult.class);
        assertThat(analysis.getDescription()).contains("#result");
    }

    @Test
    void noPayloadIsNamedAndThereAreTwoParameters() {
        FailureAnalysis analysis = refusal(NoPayload.class);
        assertThat(analysis.getDescription()).contains("names no payload").contains("2 parameters");
    }

    @Test
    void thePayloadCannotBeSerialised() {
        FailureAnalysis analysis = refusal(UnwritablePayload.class);
        assertThat(analysis.getDescription())
                .contains("UnwritablePayloadBean.send()")
                .contains("InputStream");
    }

    @Test
    void theTopicIsIllegal() {
        FailureAnalysis analysis = refusal(IllegalTopic.class);
        assertThat(analysis.getDescription()).contains("'orders.created'");
        assertThat(analysis.getAction()).contains("letters, digits");
    }

    @Test
    void theTopicsPlaceholderIsUnknown() {
        FailureAnalysis analysis = refusal(UnknownPlaceholder.class);
        assertThat(analysis.getDescription()).contains("${no.such.topic}");
        assertThat(analysis.getAction()).contains("default");
    }

    @Test
    void theApplicationsNameIsNoGroupName() {
        FailureAnalysis analysis = refusal(Good.class, app -> app.property("spring.application.name", "order service"));
        assertThat(analysis.getDescription()).contains("'order service'");
        assertThat(analysis.getAction()).contains("rmq-tx.application");
    }

    @Test
    void theGroupIsIllegal() {
        FailureAnalysis analysis = refusal(Good.class, app -> app.property("rmq-tx.transport.group", "a.b"));
        assertThat(analysis.getDescription()).contains("'a.b'");
        assertThat(analysis.getAction()).contains("rmq-tx.transport.group");
    }

    @Test
    void noNameServerIsConfigured() {
        FailureAnalysis analysis = refusal(Good.class, app -> app.property("rmq-tx.name-server", ""));
        assertThat(analysis.getDescription()).contains("No RocketMQ name server");
        assertThat(analysis.getAction()).contains("rmq-tx.name-server");
    }

    @Test
    void aSettingIsNotPositive() {
        FailureAnalysis analysis = refusal(Good.class, app -> app.property("rmq-tx.producer.mark-batch", 0));
        assertThat(analysis.getDescription()).contains("rmq-tx.producer.mark-batch");
    }

    @Test
    void onlyHalfOfTheCredentialsIsSet() {
        FailureAnalysis analysis = refusal(Good.class, app -> app.property("rmq-tx.client.access-key", "who"));
        assertThat(analysis.getDescription()).contains("secret-key");
    }

    @Test
    void theProducersAutoConfigurationIsExcluded() {
        FailureAnalysis analysis = refusal(
                Good.class,
                app -> app.property("spring.autoconfigure.exclude", ProducerAutoConfiguration.class.getName()));
        assertThat(analysis.getDescription())
                .contains("GoodBean.send()")
                .contains("ProducerAutoConfiguration is not active");
    }

    @Test
    void switchedOffNothingIsCreatedAndTheMethodRunsAsIfItWereNotAnnotated() {
        try (var context = TestApp.of(Good.class)
                .dataSource(database.dataSource())
                .property("rmq-tx.enabled", false)
                .start()) {
            context.getBean(GoodBean.class).send("x");
            assertThat(context.getBeanDefinitionNames())
                    .noneMatch(name -> name.startsWith("rmqTx") || name.matches("io\\.rmqtx.*AutoConfiguration"));
        }
    }

    @Test
    void aServiceThatOnlyHasTheStarterOnItsClassPathStarts() {
        TestApp.of(Nothing.class)
                .property("rmq-tx.name-server", "")
                .dataSource(database.dataSource())
                .start()
                .close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Nothing {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Good {
        @Bean
        GoodBean bean() {
            return new GoodBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(exclude = DataSourceTransactionManagerAutoConfiguration.class)
    static class WithoutTransactionManager {
        @Bean
        GoodBean bean() {
            return new GoodBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class SeveralTransactionManagers {
        @Bean
        PlatformTransactionManager first(HikariDataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        PlatformTransactionManager second(HikariDataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        GoodBean bean() {
            return new GoodBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class UnknownTransactionManager {
        @Bean
        UnknownTransactionManagerBean bean() {
            return new UnknownTransactionManagerBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class DifferentManagers {
        @Bean
        PlatformTransactionManager a(HikariDataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        PlatformTransactionManager b(HikariDataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        DifferentManagersBean bean() {
            return new DifferentManagersBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class FinalMethod {
        @Bean
        FinalMethodBean bean() {
            return new FinalMethodBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class PrivateMethod {
        @Bean
        PrivateMethodBean bean() {
            return new PrivateMethodBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class InterfaceProxy {
        @Bean
        Sender bean() {
            return new InterfaceProxyBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class BrokenExpression {
        @Bean
        BrokenExpressionBean bean() {
            return new BrokenExpressionBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class UnknownVariable {
        @Bean
        UnknownVariableBean bean() {
            return new UnknownVariableBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class UsesResult {
        @Bean
        UsesResultBean bean() {
            return new UsesResultBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class NoPayload {
        @Bean
        NoPayloadBean bean() {
            return new NoPayloadBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class UnwritablePayload {
        @Bean
        UnwritablePayloadBean bean() {
            return new UnwritablePayloadBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class IllegalTopic {
        @Bean
        IllegalTopicBean bean() {
            return new IllegalTopicBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class UnknownPlaceholder {
        @Bean
        UnknownPlaceholderBean bean() {
            return new UnknownPlaceholderBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class BareName {
        @Bean
        BareNameBean bean() {
            return new BareNameBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class ReadOnly {
        @Bean
        ReadOnlyBean bean() {
            return new ReadOnlyBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class NotSupported {
        @Bean
        NotSupportedBean bean() {
            return new NotSupportedBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Asynchronous {
        @Bean
        AsynchronousBean bean() {
            return new AsynchronousBean();
        }
    }

    public static class BareNameBean {
        @ReliableMessage(topic = "ORDERS", tag = "CREATED")
        public void send(String text) {}
    }

    public static class ReadOnlyBean {
        @Transactional(readOnly = true)
        @ReliableMessage(topic = "ORDERS")
        public void send(String text) {}
    }

    public static class NotSupportedBean {
        @Transactional(propagation = Propagation.NOT_SUPPORTED)
        @ReliableMessage(topic = "ORDERS")
        public void send(String text) {}
    }

    public static class AsynchronousBean {
        @ReliableMessage(topic = "ORDERS")
        public CompletableFuture<String> send(String text) {
            return CompletableFuture.completedFuture(text);
        }
    }

    public static class GoodBean {
        @ReliableMessage(topic = "ORDERS")
        public void send(String text) {}
    }

    public static class UnknownTransactionManagerBean {
        @ReliableMessage(topic = "ORDERS", transactionManager = "nobody")
        public void send(String text) {}
    }

    public static class DifferentManagersBean {
        @Transactional("a")
        @ReliableMessage(topic = "ORDERS", transactionManager = "b")
        public void send(String text) {}
    }

    public static class FinalMethodBean {
        @ReliableMessage(topic = "ORDERS")
        public final void send(String text) {}
    }

    public static class PrivateMethodBean {
        @ReliableMessage(topic = "ORDERS")
        @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // the point
        private void send(String text) {}
    }

    /** An interface without the annotated method. */
    public interface Sender {
        /** Another method. */
        void other();
    }

    public static class InterfaceProxyBean implements Sender {
        @Override
        public void other() {}

        @ReliableMessage(topic = "ORDERS")
        public void send(String text) {}
    }

    public static class BrokenExpressionBean {
        @ReliableMessage(topic = "ORDERS", tag = "a b")
        public void send(String text) {}
    }

    public static class UnknownVariableBean {
        @ReliableMessage(topic = "ORDERS", key = "#ordr")
        public void send(String order) {}
    }

    public static class UsesResultBean {
        @ReliableMessage(topic = "ORDERS", payload = "#result")
        public String send(String order) {
            return order;
        }
    }

    public static class NoPayloadBean {
        @ReliableMessage(topic = "ORDERS")
        public void send(String one, String two) {}
    }

    public static class UnwritablePayloadBean {
        @ReliableMessage(topic = "ORDERS")
        public void send(InputStream data) {}
    }

    public static class IllegalTopicBean {
        @ReliableMessage(topic = "orders.created")
        public void send(String text) {}
    }

    public static class UnknownPlaceholderBean {
        @ReliableMessage(topic = "${no.such.topic}")
        public void send(String text) {}
    }
}
