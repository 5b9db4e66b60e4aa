package io.rmqtx.consumer;

import io.rmqtx.spi.RocketMqClientSettings;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;

/** Clients with the settings of the application. */
final class SettledConsumerClients implements ConsumerClientFactory {

    private final RocketMqClientSettings settings;

    SettledConsumerClients(RocketMqClientSettings settings) {
        this.settings = settings;
    }

    @Override
    public DefaultMQPushConsumer create(String group) {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group, settings.accessHook());
        settings.apply(consumer);
        return consumer;
    }

    @Override
    public void beforeStart(DefaultMQPushConsumer client) {
        settings.beforeStart(client);
    }
}
