package io.rmqtx.spi;

import org.apache.rocketmq.client.ClientConfig;

/**
 * Changes the settings of RocketMQ's clients before they start, after the properties were applied. All beans of this
 * type are called, for the producer and for each consumer. Group and instance name are not to be changed.
 */
@FunctionalInterface
public interface RocketMqClientCustomizer {

    /** Changes {@code client}, which is a producer or a consumer. */
    void customize(ClientConfig client);
}
