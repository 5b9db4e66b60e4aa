package io.rmqtx.transport;

import io.rmqtx.autoconfigure.RmqTxProperties;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.MessageTransport;
import io.rmqtx.spi.RocketMqClientCustomizer;
import io.rmqtx.spi.RocketMqClientSettings;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Auto-configuration of the connection to RocketMQ. Nothing connects before something needs it. */
@AutoConfiguration
@ConditionalOnProperty(prefix = "rmq-tx", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties({RmqTxProperties.class, ClientProperties.class, TransportProperties.class})
public final class TransportAutoConfiguration {

    TransportAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(RocketMqClientSettings.class)
    RocketMqClientSettings rmqTxClientSettings(
            RmqTxProperties root,
            ClientProperties client,
            Environment environment,
            ObjectProvider<RocketMqClientCustomizer> customizers,
            ObjectProvider<SslBundles> sslBundles) {
        return new DefaultRocketMqClientSettings(
                root, client, environment, customizers.orderedStream().toList(), sslBundles.getIfAvailable());
    }

    @Bean
    RunningProducer rmqTxRunningProducer() {
        return new RunningProducer();
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(HalfMessageTransport.class)
    RocketMqHalfMessageTransport rmqTxHalfMessageTransport(
            RocketMqClientSettings settings,
            TransportProperties properties,
            ClientProperties client,
            RunningProducer producer) {
        return new RocketMqHalfMessageTransport(settings, properties, client, producer);
    }

    @Bean
    @ConditionalOnMissingBean(MessageTransport.class)
    MessageTransport rmqTxMessageTransport(RunningProducer producer, TransportProperties properties) {
        return new RocketMqMessageTransport(producer, properties);
    }
}
