package io.rmqtx.consumer;

import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;

/** Makes RocketMQ consumers that know how to reach the broker; each call makes a client of its own. */
@FunctionalInterface
interface ConsumerClientFactory {

    /**
     * A consumer that is not started.
     *
     * @throws io.rmqtx.RmqTxConfigurationException if it is not said where the name server is
     */
    DefaultMQPushConsumer create(String group);

    /** Called before the client starts. */
    default void beforeStart(DefaultMQPushConsumer client) {}
}
