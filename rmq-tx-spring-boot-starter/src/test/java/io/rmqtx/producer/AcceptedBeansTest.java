package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.ReliableMessage;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mockito.Mockito;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.transaction.annotation.Transactional;

/** What the check at start must not refuse. */
public class AcceptedBeansTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private final String topic = TestApp.uniqueName("ACCEPTED");
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

    private TestApp app(Class<?> configuration) {
        return TestApp.of(configuration)
                .dataSource(database.dataSource())
                .nameServer(broker.nameServerAddress())
                .property("topic", topic)
                .property("tx.timeout", "30");
    }

    /** What is sent. */
    public interface Sender {
        /** Sends. */
        @ReliableMessage(topic = "${topic}")
        void send(String text);
    }

    /** Says more than its interface, and replaces it. */
    public static class SenderBean implements Sender {
        @Override
        @Transactional(timeoutString = "${tx.timeout}")
        @ReliableMessage(topic = "${topic}", tag = "'NEAREST'")
        public void send(String text) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class ByInterface {
        @Bean
        Sender sender() {
            return new SenderBean();
        }
    }

    @Test
    void anAnnotationOnTheClassReplacesTheOneOnItsInterface() {
        try (var context = app(ByInterface.class)
                .property("spring.aop.proxy-target-class", false)
                .start()) {
            context.getBean(Sender.class).send("x");

            await().until(() -> !broker.messages(topic).isEmpty());
            assertThat(broker.messages(topic)).hasSize(1);
            assertThat(broker.messages(topic).get(0).tags()).isEqualTo("NEAREST");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Scoped {
        @Bean
        static org.springframework.beans.factory.config.CustomScopeConfigurer scopes() {
            var scopes = new org.springframework.beans.factory.config.CustomScopeConfigurer();
            scopes.addScope("thread", new SimpleThreadScope());
            return scopes;
        }

        @Bean
        @Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
        SenderBean sender() {
            return new SenderBean();
        }
    }

    @Test
    void aScopedBeanIsInterceptedOnce() {
        try (var context = app(Scoped.class).start()) {
            context.getBean(Sender.class).send("x");

            await().until(() -> !broker.messages(topic).isEmpty());
            assertThat(broker.messages(topic)).hasSize(1);
        }
    }

    /** Makes a sender. */
    public static class SenderFactory implements FactoryBean<SenderBean> {
        @Override
        public SenderBean getObject() {
            return new SenderBean();
        }

        @Override
        public Class<?> getObjectType() {
            return SenderBean.class;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class ByFactory {
        @Bean
        SenderFactory sender() {
            return new SenderFactory();
        }
    }

    @Test
    void theProductOfAFactoryIsIntercepted() {
        try (var context = app(ByFactory.class).start()) {
            context.getBean(SenderBean.class).send("x");

            await().until(() -> broker.messages(topic).size() == 1);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Empty {}

    @Test
    void aMockIsLeftAlone() {
        try (var context = app(Empty.class)
                .singleton("sender", Mockito.mock(SenderBean.class))
                .start()) {
            context.getBean(SenderBean.class).send("x");

            assertThat(broker.messages(topic)).isEmpty();
        }
    }
}
