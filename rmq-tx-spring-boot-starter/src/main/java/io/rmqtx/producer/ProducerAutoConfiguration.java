package io.rmqtx.producer;

import io.rmqtx.producer.ReliableMessageAdvisor.Side;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.MessageIdGenerator;
import io.rmqtx.spi.MessageSerializer;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RequirementSource;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.spi.RmqTxListeners;
import io.rmqtx.spi.RocketMqClientSettings;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.transaction.interceptor.TransactionAttributeSource;

/**
 * Auto-configuration of {@code @ReliableMessage}. It comes after those of the transaction management, so that its
 * advisors are registered later than Spring's.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.transaction.TransactionAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration",
            "org.springframework.boot.autoconfigure.aop.AopAutoConfiguration",
            "org.springframework.boot.aspectj.autoconfigure.AspectJAutoConfiguration",
            "io.rmqtx.serialize.SerializeAutoConfiguration",
            "io.rmqtx.store.StoreAutoConfiguration",
            "io.rmqtx.transport.TransportAutoConfiguration"
        })
@ConditionalOnProperty(prefix = "rmq-tx", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(ProducerProperties.class)
@Import(ProducerAutoConfiguration.AutoProxying.class)
public final class ProducerAutoConfiguration {

    ProducerAutoConfiguration() {}

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ReliableMessageAdvisor rmqTxOuterAdvisor(
            ConfigurableListableBeanFactory beanFactory, ObjectProvider<HalfMessageInterceptor> advice) {
        return new ReliableMessageAdvisor(Side.OUTER, advice, new TransactionAdvisorOrder(beanFactory)::outer);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ReliableMessageAdvisor rmqTxInnerAdvisor(
            ConfigurableListableBeanFactory beanFactory, ObjectProvider<TransactionLogInterceptor> advice) {
        return new ReliableMessageAdvisor(Side.INNER, advice, new TransactionAdvisorOrder(beanFactory)::inner);
    }

    @Bean
    AnnotatedMethods rmqTxAnnotatedMethods(ConfigurableListableBeanFactory beanFactory, MessageSerializer serializer) {
        return new AnnotatedMethods(
                text -> {
                    String resolved = beanFactory.resolveEmbeddedValue(text);
                    return resolved == null ? "" : resolved;
                },
                serializer,
                beanFactory.getBeanProvider(TransactionAttributeSource.class)::getIfUnique);
    }

    @Bean
    PublishedMarker rmqTxPublishedMarker(ObjectProvider<RmqTxListener> listeners, ProducerProperties properties) {
        return new PublishedMarker(events(listeners), properties);
    }

    @Bean
    HalfMessages rmqTxHalfMessages(
            HalfMessageTransport transport,
            PublishedMarker marker,
            ObjectProvider<RmqTxListener> listeners,
            ProducerProperties properties) {
        return new HalfMessages(transport, marker, events(listeners), properties);
    }

    @Bean
    HalfMessageInterceptor rmqTxHalfMessageInterceptor(
            AnnotatedMethods methods,
            MessageIdGenerator ids,
            MessageSerializer serializer,
            ConfigurableListableBeanFactory beanFactory,
            ReliableStores stores,
            HalfMessages halfMessages,
            ObjectProvider<RmqTxListener> listeners) {
        MessageFactory factory = new MessageFactory(ids, serializer, new BeanFactoryResolver(beanFactory));
        return new HalfMessageInterceptor(methods, factory, stores, halfMessages, events(listeners));
    }

    @Bean
    TransactionLogInterceptor rmqTxTransactionLogInterceptor(
            HalfMessages halfMessages, ObjectProvider<RmqTxListener> listeners, ProducerProperties properties) {
        return new TransactionLogInterceptor(halfMessages, events(listeners), properties);
    }

    @Bean
    CheckBackAnswerer rmqTxCheckBackAnswerer(
            ReliableStores stores,
            HalfMessageTransport transport,
            HalfMessages halfMessages,
            ObjectProvider<RmqTxListener> listeners,
            ProducerProperties properties) {
        return new CheckBackAnswerer(stores, transport, halfMessages, events(listeners), properties);
    }

    @Bean
    ReliableMessageCheck rmqTxReliableMessageCheck(
            ConfigurableListableBeanFactory beanFactory,
            AnnotatedMethods methods,
            ReliableStores stores,
            HalfMessageTransport transport,
            RocketMqClientSettings settings) {
        return new ReliableMessageCheck(beanFactory, methods, stores, transport, settings);
    }

    @Bean
    ProducerLifecycle rmqTxProducerLifecycle(
            ReliableMessageCheck check,
            HalfMessageTransport transport,
            CheckBackAnswerer answerer,
            PublishedMarker marker) {
        return new ProducerLifecycle(check, transport, answerer, marker);
    }

    @Bean
    RequirementSource rmqTxProducerRequirements(ReliableMessageCheck check, HalfMessageTransport transport) {
        return () -> transport.requirements(check.topics());
    }

    private static RmqTxListener events(ObjectProvider<RmqTxListener> listeners) {
        return new RmqTxListeners(listeners.orderedStream().toList());
    }

    /** Makes sure that advisors are applied at all, also where nothing else asked for it. */
    static final class AutoProxying implements ImportBeanDefinitionRegistrar {

        @Override
        public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
            AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
        }
    }
}
