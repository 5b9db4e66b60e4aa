package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

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
        FailureAnalysis analysis =
                refusal(RefusedApps.Good.class, app -> app.property("rmq-tx.schema.initialize", "never"));
        assertThat(analysis.getDescription()).contains("rmq_tx_");
        assertThat(analysis.getAction())
                .contains("io/rmqtx/sql/rmq-tx-h2.sql")
                .contains("rmq-tx.schema.initialize=always");
    }

    @Test
    void thereIsNoTransactionManager() {
        FailureAnalysis analysis = refusal(RefusedApps.WithoutTransactionManager.class);
        assertThat(analysis.getDescription()).contains("no transaction manager");
        assertThat(analysis.getAction()).contains("data source");
    }

    @Test
    void thereAreSeveralTransactionManagers() {
        FailureAnalysis analysis = refusal(RefusedApps.SeveralTransactionManagers.class);
        assertThat(analysis.getDescription()).contains("'first'").contains("'second'");
        assertThat(analysis.getAction())
                .contains("@ReliableMessage(transactionManager")
                .contains("@Primary");
    }

    @Test
    void theNamedTransactionManagerDoesNotExist() {
        FailureAnalysis analysis = refusal(RefusedApps.UnknownTransactionManager.class);
        assertThat(analysis.getDescription()).contains("'nobody'").contains("'transactionManager'");
    }

    @Test
    void messageAndTransactionNameDifferentManagers() {
        FailureAnalysis analysis = refusal(RefusedApps.DifferentManagers.class);
        assertThat(analysis.getDescription()).contains("'a'").contains("'b'");
        assertThat(analysis.getAction()).contains("same manager");
    }

    @Test
    void theMethodIsFinal() {
        FailureAnalysis analysis = refusal(RefusedApps.FinalMethod.class);
        assertThat(analysis.getDescription()).contains("FinalMethodBean.send()").contains("final");
        assertThat(analysis.getAction()).contains("public");
    }

    @Test
    void theMethodIsPrivate() {
        FailureAnalysis analysis = refusal(RefusedApps.PrivateMethod.class);
        assertThat(analysis.getDescription())
                .contains("PrivateMethodBean.send()")
                .contains("private");
    }

    @Test
    void theBeanIsProxiedByAnInterfaceWithoutTheMethod() {
        FailureAnalysis analysis =
                refusal(RefusedApps.InterfaceProxy.class, app -> app.property("spring.aop.proxy-target-class", false));
        assertThat(analysis.getDescription()).contains("JDK proxy").contains("Sender");
        assertThat(analysis.getAction()).contains("spring.aop.proxy-target-class=true");
    }

    @Test
    void theBeanIsNoProxy() {
        FailureAnalysis analysis =
                refusal(RefusedApps.Good.class, app -> app.singleton("handMade", new RefusedApps.GoodBean()));
        assertThat(analysis.getDescription()).contains("'handMade'").contains("not a Spring proxy");
    }

    @Test
    void theBeanIsProxiedTwice() {
        FailureAnalysis analysis = refusal(RefusedApps.ProxiedTwice.class);
        assertThat(analysis.getDescription()).contains("GoodBean.send()").contains("proxied twice");
        assertThat(analysis.getAction()).contains("DefaultAdvisorAutoProxyCreator");
    }

    @Test
    void anExpressionCannotBeParsed() {
        FailureAnalysis analysis = refusal(RefusedApps.BrokenExpression.class);
        assertThat(analysis.getDescription())
                .contains("tag expression \"a b\"")
                .contains("BrokenExpressionBean.send()");
        assertThat(analysis.getAction()).contains("quotes");
    }

    @Test
    void aLiteralLacksItsQuotes() {
        FailureAnalysis analysis = refusal(RefusedApps.BareName.class);
        assertThat(analysis.getDescription()).contains("bare name 'CREATED'");
        assertThat(analysis.getAction()).contains("#CREATED").contains("quotes");
    }

    @Test
    void theTransactionIsReadOnly() {
        assertThat(refusal(RefusedApps.ReadOnly.class).getDescription()).contains("read-only");
    }

    @Test
    void theTransactionIsExcluded() {
        assertThat(refusal(RefusedApps.NotSupported.class).getDescription()).contains("NOT_SUPPORTED");
    }

    @Test
    void theResultIsAsynchronous() {
        assertThat(refusal(RefusedApps.Asynchronous.class).getDescription()).contains("CompletableFuture");
    }

    @Test
    void theNumberOfCheckThreadsIsZero() {
        FailureAnalysis analysis =
                refusal(RefusedApps.Good.class, app -> app.property("rmq-tx.transport.check-threads", 0));
        assertThat(analysis.getDescription()).contains("rmq-tx.transport.check-threads");
    }

    @Test
    void anExpressionNamesAnUnknownVariable() {
        FailureAnalysis analysis = refusal(RefusedApps.UnknownVariable.class);
        assertThat(analysis.getDescription()).contains("variable '#ordr'").contains("#order");
        assertThat(analysis.getAction()).contains("-parameters");
    }

    @Test
    void anExpressionUsesTheResult() {
        FailureAnalysis analysis = refusal(RefusedApps.UsesResult.class);
        assertThat(analysis.getDescription()).contains("#result");
    }

    @Test
    void noPayloadIsNamedAndThereAreTwoParameters() {
        FailureAnalysis analysis = refusal(RefusedApps.NoPayload.class);
        assertThat(analysis.getDescription()).contains("names no payload").contains("2 parameters");
    }

    @Test
    void thePayloadCannotBeSerialised() {
        FailureAnalysis analysis = refusal(RefusedApps.UnwritablePayload.class);
        assertThat(analysis.getDescription())
                .contains("UnwritablePayloadBean.send()")
                .contains("InputStream");
    }

    @Test
    void theTopicIsIllegal() {
        FailureAnalysis analysis = refusal(RefusedApps.IllegalTopic.class);
        assertThat(analysis.getDescription()).contains("'orders.created'");
        assertThat(analysis.getAction()).contains("letters, digits");
    }

    @Test
    void theTopicsPlaceholderIsUnknown() {
        FailureAnalysis analysis = refusal(RefusedApps.UnknownPlaceholder.class);
        assertThat(analysis.getDescription()).contains("${no.such.topic}");
        assertThat(analysis.getAction()).contains("default");
    }

    @Test
    void theApplicationsNameIsNoGroupName() {
        FailureAnalysis analysis =
                refusal(RefusedApps.Good.class, app -> app.property("spring.application.name", "order service"));
        assertThat(analysis.getDescription()).contains("'order service'");
        assertThat(analysis.getAction()).contains("rmq-tx.application");
    }

    @Test
    void theGroupIsIllegal() {
        FailureAnalysis analysis =
                refusal(RefusedApps.Good.class, app -> app.property("rmq-tx.transport.group", "a.b"));
        assertThat(analysis.getDescription()).contains("'a.b'");
        assertThat(analysis.getAction()).contains("rmq-tx.transport.group");
    }

    @Test
    void noNameServerIsConfigured() {
        FailureAnalysis analysis = refusal(RefusedApps.Good.class, app -> app.property("rmq-tx.name-server", ""));
        assertThat(analysis.getDescription()).contains("No RocketMQ name server");
        assertThat(analysis.getAction()).contains("rmq-tx.name-server");
    }

    @Test
    void aSettingIsNotPositive() {
        FailureAnalysis analysis = refusal(RefusedApps.Good.class, app -> app.property("rmq-tx.relay.mark-batch", 0));
        assertThat(analysis.getDescription()).contains("rmq-tx.relay.mark-batch");
    }

    @Test
    void onlyHalfOfTheCredentialsIsSet() {
        FailureAnalysis analysis =
                refusal(RefusedApps.Good.class, app -> app.property("rmq-tx.client.access-key", "who"));
        assertThat(analysis.getDescription()).contains("secret-key");
    }

    @Test
    void theProducersAutoConfigurationIsExcluded() {
        FailureAnalysis analysis = refusal(
                RefusedApps.Good.class,
                app -> app.property("spring.autoconfigure.exclude", ProducerAutoConfiguration.class.getName()));
        assertThat(analysis.getDescription())
                .contains("GoodBean.send()")
                .contains("ProducerAutoConfiguration is not active");
    }

    @Test
    void switchedOffNothingIsCreatedAndTheMethodRunsAsIfItWereNotAnnotated() {
        try (var context = TestApp.of(RefusedApps.Good.class)
                .dataSource(database.dataSource())
                .property("rmq-tx.enabled", false)
                .start()) {
            context.getBean(RefusedApps.GoodBean.class).send("x");
            assertThat(context.getBeanDefinitionNames())
                    .noneMatch(name -> name.startsWith("rmqTx") || name.matches("io\\.rmqtx.*AutoConfiguration"));
        }
    }

    @Test
    void aServiceThatOnlyHasTheStarterOnItsClassPathStarts() {
        TestApp.of(RefusedApps.Nothing.class)
                .property("rmq-tx.name-server", "")
                .dataSource(database.dataSource())
                .start()
                .close();
    }
}
