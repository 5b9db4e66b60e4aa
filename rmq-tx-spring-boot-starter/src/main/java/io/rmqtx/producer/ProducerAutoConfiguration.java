package io.rmqtx.producer;

import io.rmqtx.MessageMode;
import io.rmqtx.ReliableMessage;
import io.rmqtx.ReliableMessageTemplate;
import io.rmqtx.autoconfigure.AutoProxying;
import io.rmqtx.autoconfigure.TransactionAdvisorOrder;
import io.rmqtx.method.LaterBeans;
import io.rmqtx.producer.ReliableMessageAdvisor.Side;
import io.rmqtx.spi.FenceAge;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.MessageIdGenerator;
import io.rmqtx.spi.MessageRelay;
import io.rmqtx.spi.MessageSerializer;
import io.rmqtx.spi.PublishedMarks;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RequirementSource;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.spi.RmqTxListeners;
import io.rmqtx.spi.RocketMqClientSettings;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;
import org.springframework.context.expression.BeanFactoryResolver;
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
            "io.rmqtx.relay.RelayAutoConfiguration",
            "io.rmqtx.serialize.SerializeAutoConfiguration",
            "io.rmqtx.store.StoreAutoConfiguration",
            "io.rmqtx.transport.TransportAutoConfiguration"
        })
@ConditionalOnProperty(prefix = "rmq-tx", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(ProducerProperties.class)
@Import(AutoProxying.class)
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
                beanFactory.getBeanProvider(TransactionAttributeSource.class)::getIfUnique,
                beanFactory::containsBean);
    }

    @Bean
    FenceAge rmqTxFenceAge(ProducerProperties properties) {
        return () -> properties.maxCallAge().multipliedBy(2);
    }

    @Bean
    BrokerCircuit rmqTxBrokerCircuit() {
        return new BrokerCircuit();
    }

    @Bean
    HalfMessages rmqTxHalfMessages(
            HalfMessageTransport transport,
            PublishedMarks marks,
            ObjectProvider<RmqTxListener> listeners,
            ProducerProperties properties,
            BrokerCircuit circuit) {
        return new HalfMessages(transport, marks, events(listeners), properties, circuit);
    }

    @Bean
    MessageFactory rmqTxMessageFactory(
            MessageIdGenerator ids, MessageSerializer serializer, ConfigurableListableBeanFactory beanFactory) {
        return new MessageFactory(ids, serializer, new BeanFactoryResolver(beanFactory));
    }

    @Bean
    HalfMessageStep rmqTxHalfMessageStep(
            ReliableStores stores, HalfMessages halfMessages, ObjectProvider<RmqTxListener> listeners) {
        return new HalfMessageStep(stores, halfMessages, events(listeners));
    }

    @Bean
    TransactionLogStep rmqTxTransactionLogStep(
            HalfMessages halfMessages,
            MessageRelay relay,
            ObjectProvider<RmqTxListener> listeners,
            ProducerProperties properties) {
        return new TransactionLogStep(halfMessages, relay, events(listeners), properties);
    }

    @Bean
    HalfMessageInterceptor rmqTxHalfMessageInterceptor(
            AnnotatedMethods methods, MessageFactory factory, HalfMessageStep step) {
        return new HalfMessageInterceptor(methods, factory, step);
    }

    @Bean
    TransactionLogInterceptor rmqTxTransactionLogInterceptor(TransactionLogStep step) {
        return new TransactionLogInterceptor(step);
    }

    @Bean
    @Lazy(false)
    WovenCalls rmqTxWovenCalls(
            ConfigurableListableBeanFactory beanFactory,
            AnnotatedMethods methods,
            MessageFactory factory,
            HalfMessageStep outer,
            TransactionLogStep inner) {
        return WovenCalls.intercepted(beanFactory, methods, factory, outer, inner);
    }

    @Bean
    ReliableMessageTemplate rmqTxReliableMessageTemplate(
            MessageFactory factory,
            ReliableStores stores,
            HalfMessageStep outer,
            TransactionLogStep inner,
            ReliableMessageCheck check) {
        return new DefaultReliableMessageTemplate(
                factory, stores, outer, inner, check::topics, "", MessageMode.TRANSACTIONAL);
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
            RocketMqClientSettings settings,
            ProducerProperties properties) {
        return new ReliableMessageCheck(beanFactory, methods, stores, transport, settings, properties.topics());
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static LaterBeans rmqTxLaterProducers(ObjectProvider<ReliableMessageCheck> check) {
        return new LaterBeans(
                ReliableMessage.class,
                ReliableMessageCheck::annotatedMethods,
                (name, bean, type, methods) -> check.getObject().checkLater(name, bean, type, methods));
    }

    @Bean
    ProducerLifecycle rmqTxProducerLifecycle(
            ReliableMessageCheck check,
            HalfMessages halfMessages,
            HalfMessageTransport transport,
            CheckBackAnswerer answerer,
            PublishedMarks marks,
            MessageRelay relay) {
        return new ProducerLifecycle(check, halfMessages, transport, answerer, marks, relay);
    }

    @Bean
    RequirementSource rmqTxProducerRequirements(ReliableMessageCheck check, HalfMessageTransport transport) {
        return () -> transport.requirements(check.topics());
    }

    private static RmqTxListener events(ObjectProvider<RmqTxListener> listeners) {
        return new RmqTxListeners(listeners.orderedStream().toList());
    }
}
