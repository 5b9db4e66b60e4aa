package io.rmqtx.transport;

import io.rmqtx.RmqTxConfigurationException;
import java.time.Duration;
import java.util.Collection;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.impl.factory.MQClientInstance;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.body.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses a producer group in which another application lives: the broker sends check-backs to any member of the
 * group, and the other application cannot answer ours. It is recognised by the instance name in its client id. What
 * the broker does not tell (no permission, an old broker) is not held against anybody.
 */
final class GroupGuard {

    private static final Logger log = LoggerFactory.getLogger(GroupGuard.class);

    private final MQClientInstance instance;
    private final DefaultMQProducer producer;
    private final String instanceNamePrefix;

    GroupGuard(MQClientInstance instance, DefaultMQProducer producer) {
        this.instance = instance;
        this.producer = producer;
        // What all instances of the application share; the rest, after the last '-', is random.
        String own = producer.getInstanceName();
        this.instanceNamePrefix = own.substring(0, own.lastIndexOf('-') + 1);
    }

    void check(Collection<String> brokers, Duration timeout) {
        for (String broker : brokers) {
            try {
                instance.getMQClientAPIImpl()
                        .getProducerConnectionList(broker, producer.getProducerGroup(), timeout.toMillis())
                        .getConnectionSet()
                        .forEach(this::check);
            } catch (MQBrokerException | RemotingException e) {
                log.debug(
                        "Broker {} does not tell who is in producer group {}", broker, producer.getProducerGroup(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void check(Connection connection) {
        // ip@instance-name[@unit[@...]], see ClientConfig#buildMQClientId
        String clientId = connection.getClientId();
        String[] parts = clientId.split("@", 3);
        if (parts.length > 1 && !isOurs(parts[1])) {
            throw new RmqTxConfigurationException(
                    "Producer group '" + producer.getProducerGroup() + "' is also used by client '" + clientId
                            + "', which is not this"
                            + " application; the broker would ask it what became of our transactions.",
                    "Give each application a name of its own (rmq-tx.application, spring.application.name), or set"
                            + " rmq-tx.transport.group to a group that no other producer uses.");
        }
    }

    private boolean isOurs(String instanceName) {
        // The random suffix has no '-', so that application "a" is not taken for "a-b".
        return instanceName.startsWith(instanceNamePrefix)
                && instanceName.indexOf('-', instanceNamePrefix.length()) < 0;
    }
}
