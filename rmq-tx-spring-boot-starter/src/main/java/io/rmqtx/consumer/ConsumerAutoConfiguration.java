package io.rmqtx.consumer;

import io.rmqtx.DeadLetterHandler;
import io.rmqtx.spi.RocketMqClientSettings;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Consumes for the methods that are annotated with {@link io.rmqtx.ReliableListener}. Without any, nothing starts. */
@AutoConfiguration
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
    ListenerContainers rmqTxListenerContainers(
            ConfigurableListableBeanFactory beanFactory, ConsumerProperties properties) {
        return new ListenerContainers(new ContainerPlan(beanFactory, properties));
    }
}
