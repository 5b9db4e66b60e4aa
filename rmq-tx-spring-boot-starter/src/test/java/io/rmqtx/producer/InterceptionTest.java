package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.rmqtx.Idempotent;
import io.rmqtx.ReliableMessage;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.RecordingListener;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.PriorityOrdered;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.Transactional;

/** P7 as regards interception: what is intercepted, and what is refused because it is not. */
public class InterceptionTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private final String topic = TestApp.uniqueName("INTERCEPTED");
    private TestDatabase database;
    private EmbeddedRocketMq broker;

    @BeforeEach
    void open() {
        database = TestDatabase.h2();
        broker = ROCKET_MQ.get();
        broker.createTopic(topic, 1);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private TestApp app(Class<?>... configurations) {
        return TestApp.of(configurations)
                .dataSource(database.dataSource())
                .nameServer(broker.nameServerAddress())
                .property("topic", topic);
    }

    private void assertSent(int messages) {
        await().until(() -> broker.messages(topic).size() == messages);
    }

    private static RmqTxConfigurationException refusal(TestApp app) {
        Throwable thrown = catchThrowable(() -> app.start().close());
        assertThat(thrown).isInstanceOf(RmqTxConfigurationException.class);
        return (RmqTxConfigurationException) thrown;
    }

    /** Methods of every visibility that a proxy of the class intercepts. */
    public static class Visibilities {

        @ReliableMessage(topic = "${topic}")
        void ofThePackage(String text) {}

        @Transactional
        @ReliableMessage(topic = "${topic}")
        protected void ofSubclasses(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class NotPublic {
        @Bean
        Visibilities visibilities() {
            return new Visibilities();
        }
    }

    @Test
    void methodsThatAreNotPublicAreInterceptedByAProxyOfTheClass() {
        try (var context = app(NotPublic.class).start()) {
            Visibilities bean = context.getBean(Visibilities.class);
            bean.ofThePackage("x");
            bean.ofSubclasses("y");

            assertSent(2);
        }
    }

    /** A static one. */
    public static class StaticMethodBean {
        @ReliableMessage(topic = "${topic}")
        public static void send(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class StaticMethod {
        @Bean
        StaticMethodBean bean() {
            return new StaticMethodBean();
        }
    }

    @Test
    void aStaticMethodIsRefused() {
        assertThat(refusal(app(StaticMethod.class)).description())
                .contains("StaticMethodBean.send()")
                .contains("static");
    }

    /** One that cannot be subclassed. */
    public static final class FinalBean {
        @ReliableMessage(topic = "${topic}")
        public void send(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class FinalClass {
        @Bean
        @Lazy
        FinalBean bean() {
            return new FinalBean();
        }
    }

    @Test
    void aFinalClassWithoutInterfacesIsRefusedAlsoWhenItIsLazy() {
        assertThat(refusal(app(FinalClass.class)).description())
                .contains("FinalBean.send()")
                .contains("final class");
    }

    /** A post-processor that sends: it is made before the creator of proxies. */
    public static class SendingPostProcessor implements BeanPostProcessor, PriorityOrdered {
        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE;
        }

        @ReliableMessage(topic = "${topic}")
        public void send(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class PostProcessor {
        @Bean
        static SendingPostProcessor postProcessor() {
            return new SendingPostProcessor();
        }
    }

    @Test
    void aBeanPostProcessorIsRefusedBecauseItIsNotProxied() {
        assertThat(refusal(app(PostProcessor.class)).description())
                .contains("SendingPostProcessor.send()")
                .contains("not a Spring proxy");
    }

    /** Needed by a post-processor, and so made too early. */
    public static class EarlyBean {
        @ReliableMessage(topic = "${topic}")
        public void send(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Early {
        @Bean
        static EarlyBean early() {
            return new EarlyBean();
        }

        /** Before the creator of proxies. */
        static final class Needing implements BeanPostProcessor, PriorityOrdered {
            @Override
            public int getOrder() {
                return HIGHEST_PRECEDENCE;
            }
        }

        @Bean
        static Needing needing(EarlyBean early) {
            assertThat(early).isNotNull();
            return new Needing();
        }
    }

    @Test
    void aBeanThatIsMadeTooEarlyToBeProxiedIsRefused() {
        assertThat(refusal(app(Early.class)).description()).contains("'early'").contains("not a Spring proxy");
    }

    /** With a transaction of its own. */
    public static class TransactionalBean {
        @Transactional
        @ReliableMessage(topic = "${topic}")
        public void send(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(exclude = TransactionAutoConfiguration.class)
    static class WithoutTransactionAdvice {
        @Bean
        TransactionalBean bean() {
            return new TransactionalBean();
        }
    }

    @Test
    void transactionalWithoutTransactionManagementIsRefused() {
        assertThat(refusal(app(WithoutTransactionAdvice.class))).satisfies(refusal -> {
            assertThat(refusal.description()).contains("TransactionalBean.send()");
            assertThat(refusal.action()).contains("@EnableTransactionManagement");
        });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Lazies {
        @Bean
        @Lazy
        Visibilities lazy() {
            return new Visibilities();
        }

        @Bean
        @Scope("prototype")
        TransactionalBean prototype() {
            return new TransactionalBean();
        }
    }

    @Test
    void lazyBeansAndPrototypesAreIntercepted() {
        try (var context = app(Lazies.class).start()) {
            ObjectProvider<TransactionalBean> prototypes = context.getBeanProvider(TransactionalBean.class);
            context.getBean(Visibilities.class).ofThePackage("x");
            prototypes.getObject().send("y");
            prototypes.getObject().send("z");

            assertSent(3);
        }
    }

    @Test
    void withLazyInitialisationTheProducerIsThereAndTheMethodsAreChecked() {
        try (var context = app(NotPublic.class)
                .property("spring.main.lazy-initialization", true)
                .start()) {
            assertThat(context.getBeanFactory().getSingleton("visibilities")).isNull();
            context.getBean(Visibilities.class).ofThePackage("x");

            assertSent(1);
        }
        assertThat(refusal(app(StaticMethod.class).property("spring.main.lazy-initialization", true))
                        .description())
                .contains("static");
    }

    /** Returns before its work is done. */
    public static class PublisherBean {
        @ReliableMessage(topic = "${topic}")
        public Flow.Publisher<String> send(String text) {
            return subscriber -> {};
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Publishers {
        @Bean
        PublisherBean bean() {
            return new PublisherBean();
        }
    }

    @Test
    void aPublisherAsResultIsRefused() {
        assertThat(refusal(app(Publishers.class)).description())
                .contains("PublisherBean.send()")
                .contains("Publisher");
    }

    /** Of no database, as a JTA manager's. */
    static final class ForeignManager implements PlatformTransactionManager {
        @Override
        public TransactionStatus getTransaction(TransactionDefinition definition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void commit(TransactionStatus status) {}

        @Override
        public void rollback(TransactionStatus status) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(exclude = DataSourceTransactionManagerAutoConfiguration.class)
    static class WithForeignManager {
        @Bean
        ForeignManager foreignManager() {
            return new ForeignManager();
        }

        @Bean
        TransactionalBean bean() {
            return new TransactionalBean();
        }
    }

    @Test
    void aManagerWithoutADataSourceIsRefused() {
        assertThat(refusal(app(WithForeignManager.class))).satisfies(refusal -> {
            assertThat(refusal.description()).contains("ForeignManager").contains("no JDBC data source");
            assertThat(refusal.action()).contains("JpaTransactionManager");
        });
    }

    /** Its payload's type is known although an expression names it. */
    public static class NamedPayloadBean {
        @ReliableMessage(topic = "${topic}", payload = "#data")
        public void send(InputStream data, String name) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class NamedPayload {
        @Bean
        NamedPayloadBean bean() {
            return new NamedPayloadBean();
        }
    }

    @Test
    void aPayloadExpressionThatIsAParameterWhoseTypeCannotBeWrittenIsRefused() {
        assertThat(refusal(app(NamedPayload.class)).description())
                .contains("NamedPayloadBean.send()")
                .contains("InputStream");
    }

    /** Returns before its work is done. */
    public static class FutureBean {
        @ReliableMessage(topic = "${topic}")
        public Future<String> send(String text) {
            return CompletableFuture.completedFuture(text);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Futures {
        @Bean
        FutureBean bean() {
            return new FutureBean();
        }
    }

    @Test
    void aFutureAsResultIsRefused() {
        assertThat(refusal(app(Futures.class)).description())
                .contains("FutureBean.send()")
                .contains("Future");
    }

    /** Without the annotated method. */
    public interface Other {
        /** Something else. */
        void other();
    }

    /** Behind a proxy of that interface. */
    public static class UnreachableBean implements Other {
        @Override
        public void other() {}

        @ReliableMessage(topic = "${topic}")
        public void send(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class LazyUnreachable {
        @Bean
        @Lazy
        Other lazy() {
            return new UnreachableBean();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class PrototypeUnreachable {
        @Bean
        @Scope("prototype")
        Other prototype() {
            return new UnreachableBean();
        }
    }

    /** Makes one. */
    static final class UnreachableFactory implements FactoryBean<UnreachableBean> {
        @Override
        public UnreachableBean getObject() {
            return new UnreachableBean();
        }

        @Override
        public Class<?> getObjectType() {
            return UnreachableBean.class;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class FactoryUnreachable {
        @Bean
        UnreachableFactory product() {
            return new UnreachableFactory();
        }
    }

    /** At the latest when the bean is made; at start would be better still. */
    @ParameterizedTest
    @ValueSource(classes = {LazyUnreachable.class, PrototypeUnreachable.class, FactoryUnreachable.class})
    void whatIsMadeLaterAndCannotBeInterceptedIsRefusedWhenItIsMade(Class<?> configuration) {
        assertThatThrownBy(() -> {
                    try (var context = app(configuration)
                            .property("spring.aop.proxy-target-class", false)
                            .start()) {
                        context.getBean(Other.class);
                    }
                })
                .hasStackTraceContaining("UnreachableBean.send()")
                .hasStackTraceContaining("JDK proxy");
    }

    /** Known by an interface until it is made. */
    public static class PrivatelySending implements Other {
        @Override
        public void other() {}

        @SuppressWarnings({"UnusedMethod", "UnusedVariable"})
        @ReliableMessage(topic = "${topic}")
        private void send(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class LazyPrivate {
        @Bean
        @Lazy
        Other lazy() {
            return new PrivatelySending();
        }
    }

    @Test
    void whatIsMadeLaterAndNoProxyCanInterceptIsCalledByItsReason() {
        try (var context = app(LazyPrivate.class).start()) {
            assertThatThrownBy(() -> context.getBean(Other.class))
                    .hasStackTraceContaining("PrivatelySending.send()")
                    .hasStackTraceContaining("because the method is private");
        }
    }

    /** Does nothing twice, and so sends nothing twice. */
    public static class ForwardingBean {
        @Idempotent(group = "forwarding", key = "#text")
        @ReliableMessage(topic = "${topic}")
        public void forward(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Forwarding {
        @Bean
        ForwardingBean bean() {
            return new ForwardingBean();
        }
    }

    @Test
    void aDuplicateThatIsRefusedSendsNotEvenAHalfMessage() {
        RecordingListener events = new RecordingListener();
        try (var context =
                app(Forwarding.class).singleton("recordingListener", events).start()) {
            ForwardingBean bean = context.getBean(ForwardingBean.class);
            bean.forward("x");
            bean.forward("x");
            bean.forward("y");

            assertSent(2);
            assertThat(events.halves).hasSize(2);
        }
    }
}
