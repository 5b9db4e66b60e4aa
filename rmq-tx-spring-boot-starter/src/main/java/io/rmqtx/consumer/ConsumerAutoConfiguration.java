package io.rmqtx.consumer;

import io.rmqtx.DeadLetterHandler;
import io.rmqtx.Idempotent;
import io.rmqtx.autoconfigure.AutoProxying;
import io.rmqtx.autoconfigure.TransactionAdvisorOrder;
import io.rmqtx.method.LaterBeans;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RocketMqClientSettings;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;

/**
 * Consumes for the methods that are annotated with {@link io.rmqtx.ReliableListener}, and protects those that are
 * annotated with {@link io.rmqtx.Idempotent}. Without any, nothing starts.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration",
            "org.springframework.boot.autoconfigure.aop.AopAutoConfiguration",
            "org.springframework.boot.aspectj.autoconfigure.AspectJAutoConfiguration",
            "io.rmqtx.store.StoreAutoConfiguration"
        })
@Import(AutoProxying.class)
@ConditionalOnProperty(prefix = "rmq-tx", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(ConsumerProperties.class)
public final class ConsumerAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    DeadLetterHandler rmqTxDeadLetterHandler() {
        return new LoggingDeadLetterHandler();
    }

    @Bean
    @ConditionalOnMissingBean
    ConsumerClientFactory rmqTxConsumerClientFactory(RocketMqClientSettings settings) {
        return new SettledConsumerClients(settings);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static IdempotentAdvisor rmqTxIdempotentAdvisor(
            ConfigurableListableBeanFactory beanFactory, ObjectProvider<IdempotentInterceptor> advice) {
        return new IdempotentAdvisor(advice, new TransactionAdvisorOrder(beanFactory)::outermost);
    }

    @Bean
    IdempotentMethods rmqTxIdempotentMethods(ConfigurableListableBeanFactory beanFactory) {
        return new IdempotentMethods(new Placeholders(beanFactory));
    }

    @Bean
    IdempotentInterceptor rmqTxIdempotentInterceptor(
            IdempotentMethods methods, ReliableStores stores, ConsumerProperties properties) {
        return new IdempotentInterceptor(methods, stores, properties);
    }

    @Bean
    IdempotentCheck rmqTxIdempotentCheck(
            ConfigurableListableBeanFactory beanFactory,
            IdempotentMethods methods,
            ReliableStores stores,
            ConsumerProperties properties) {
        return new IdempotentCheck(beanFactory, methods, stores, properties);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static LaterBeans rmqTxLaterIdempotents(ObjectProvider<IdempotentCheck> check) {
        return new LaterBeans(
                Idempotent.class, IdempotentCheck::annotatedMethods, (name, bean, type, methods) -> check.getObject()
                        .checkLater(name, bean, type, methods));
    }

    @Bean
    ListenerContainers rmqTxListenerContainers(
            ConfigurableListableBeanFactory beanFactory, ConsumerProperties properties) {
        return new ListenerContainers(new ContainerPlan(beanFactory, properties));
    }
}
