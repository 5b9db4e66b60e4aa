package io.rmqtx.consumer;

import io.rmqtx.RmqTxConfigurationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.jspecify.annotations.Nullable;

/** Consumers for one set of name servers. */
final class NameServerConsumerClientFactory implements ConsumerClientFactory {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final @Nullable String nameServer;

    NameServerConsumerClientFactory(@Nullable String nameServer) {
        this.nameServer = nameServer;
    }

    @Override
    public DefaultMQPushConsumer create(String group) {
        if (nameServer == null || nameServer.isBlank()) {
            throw new RmqTxConfigurationException(
                    "Consumer group '" + group + "' needs a RocketMQ name server, but none is configured.",
                    "Set [rmq-tx.name-server], for example to 127.0.0.1:9876.");
        }
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
        consumer.setNamesrvAddr(nameServer);
        // Clients of one instance name share connections, threads and settings: ours must be nobody else's.
        consumer.setInstanceName("rmqtx-" + ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime(), 36)
                + "-" + NUMBER.incrementAndGet());
        return consumer;
    }
}
