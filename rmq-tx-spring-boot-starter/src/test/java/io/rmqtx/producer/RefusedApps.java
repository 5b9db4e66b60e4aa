package io.rmqtx.producer;

import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.ReliableMessage;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Services that must not start, each for one reason, and two that may. */
public final class RefusedApps {

    private RefusedApps() {}

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
    @EnableAutoConfiguration
    static class ProxiedTwice {
        @Bean
        static DefaultAdvisorAutoProxyCreator secondCreator() {
            DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
            creator.setProxyTargetClass(true);
            return creator;
        }

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
