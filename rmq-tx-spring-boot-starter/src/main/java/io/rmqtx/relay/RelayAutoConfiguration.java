package io.rmqtx.relay;

import io.rmqtx.MessageOperations;
import io.rmqtx.spi.FenceAge;
import io.rmqtx.spi.MessageRelay;
import io.rmqtx.spi.MessageTransport;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.spi.RmqTxListeners;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the relay. It is started with the producer. */
@AutoConfiguration(
        afterName = {"io.rmqtx.store.StoreAutoConfiguration", "io.rmqtx.transport.TransportAutoConfiguration"})
@ConditionalOnProperty(prefix = "rmq-tx", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties({RelayProperties.class, PurgeProperties.class})
public final class RelayAutoConfiguration {

    RelayAutoConfiguration() {}

    @Bean
    PublishedMarker rmqTxPublishedMarker(ObjectProvider<RmqTxListener> listeners, RelayProperties properties) {
        return new PublishedMarker(events(listeners), properties);
    }

    @Bean
    MessageRelay rmqTxMessageRelay(
            ReliableStores stores,
            MessageTransport transport,
            PublishedMarker marker,
            ObjectProvider<RmqTxListener> listeners,
            RelayProperties properties) {
        return new DefaultMessageRelay(stores, transport, marker, events(listeners), properties);
    }

    @Bean
    MessageOperations rmqTxMessageOperations(ReliableStores stores, MessageRelay relay, RelayProperties properties) {
        return new DefaultMessageOperations(stores, relay, properties.dispatchLease());
    }

    @Bean
    Purger rmqTxPurger(ReliableStores stores, PurgeProperties properties, ObjectProvider<FenceAge> fences) {
        fences.forEach(properties::check);
        return new Purger(stores, properties);
    }

    private static RmqTxListener events(ObjectProvider<RmqTxListener> listeners) {
        return new RmqTxListeners(listeners.orderedStream().toList());
    }
}
