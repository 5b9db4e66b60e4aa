package io.rmqtx.spi;

import org.apache.rocketmq.client.ClientConfig;
import org.apache.rocketmq.remoting.RPCHook;
import org.jspecify.annotations.Nullable;

/** What every RocketMQ client of this application needs to know. */
public interface RocketMqClientSettings {

    /**
     * The application's name.
     *
     * @throws io.rmqtx.RmqTxConfigurationException if none is configured, or it cannot be part of a group name
     */
    String application();

    /** The hook that signs requests for the broker's access control, if credentials are configured. */
    @Nullable
    RPCHook accessHook();

    /**
     * Applies name server, encryption, namespace, intervals and the customizers' changes, and an instance name of its
     * own, so that the client shares no connection with others in the process.
     *
     * @throws io.rmqtx.RmqTxConfigurationException if no name server is configured
     */
    void apply(ClientConfig client);

    /**
     * To be called for each client after {@link #apply}, before it starts: says which certificates it trusts, where
     * connections are encrypted.
     *
     * @throws io.rmqtx.RmqTxConfigurationException if the certificates cannot be used, or the name server's is not
     *     trusted
     */
    default void beforeStart(ClientConfig client) {}
}
