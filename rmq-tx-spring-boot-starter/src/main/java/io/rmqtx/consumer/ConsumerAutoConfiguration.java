package io.rmqtx.consumer;

import io.rmqtx.DeadLetterHandler;
import io.rmqtx.autoconfigure.RmqTxProperties;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Consumes for the methods that are annotated with {@link io.rmqtx.ReliableListener}. Without any, nothing starts. */
@AutoConfiguration
@ConditionalOnProperty(prefix = "rmq-tx", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties({RmqTxProperties.class, ConsumerProperties.class})
public final class ConsumerAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    DeadLetterHandler rmqTxDeadLetterHandler() {
        return new LoggingDeadLetterHandler();
    }

    @Bean
    @ConditionalOnMissingBean
    ConsumerClientFactory rmqTxConsumerClientFactory(RmqTxProperties properties, Environment environment) {
        String own = properties.getNameServer();
        return new NameServerConsumerClientFactory(own != null ? own : environment.getProperty("rocketmq.name-server"));
    }

    @Bean
    ListenerContainers rmqTxListenerContainers(
            ConfigurableListableBeanFactory beanFactory, ConsumerProperties properties) {
        return new ListenerContainers(new ContainerPlan(beanFactory, properties));
    }
}
