package io.rmqtx.consumer;

import io.rmqtx.RmqTxConfigurationException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers whether a consumer that has just started may consume. The client keeps a refusal to itself: it would
 * be idle for ever, without a word. What cannot be known (a broker is away) is passed over.
 */
final class GroupAccess {

    private static final Logger log = LoggerFactory.getLogger(GroupAccess.class);

    private final ClientInternals client;
    private final String group;
    private final Map<String, String> subscriptions;

    GroupAccess(ClientInternals client, ListenerGroup group) {
        this.client = client;
        this.group = group.name();
        this.subscriptions = group.subscriptions();
    }

    /**
     * Checks.
     *
     * @throws RmqTxConfigurationException if a broker refuses the consumer, or does not know its group
     */
    void check() {
        Set<String> brokers = new TreeSet<>();
        subscriptions.keySet().forEach(topic -> brokers.addAll(client.masters(topic)));
        brokers.forEach(this::check);
    }

    private void check(String broker) {
        try {
            client.heartbeat(broker);
            if (!client.isMember(broker)) {
                throw new RmqTxConfigurationException(
                        "Broker " + broker + " does not know consumer group '" + group + "', and does not create it.",
                        "Create the group on each broker of its topics, or let the brokers create groups"
                                + " (autoCreateSubscriptionGroup).");
            }
        } catch (MQBrokerException e) {
            if (e.getResponseCode() == ResponseCode.NO_PERMISSION) {
                throw new RmqTxConfigurationException(
                        "Broker " + broker + " does not let consumer group '" + group + "' consume "
                                + subscriptions.keySet() + ": " + e.getErrorMessage(),
                        "Check [rmq-tx.client.access-key] and [rmq-tx.client.secret-key], and grant that user SUB on the"
                                + " group and on each of its topics. The bean ClusterRequirements lists everything that"
                                + " is needed; logging.level.io.rmqtx.ClusterRequirements=debug writes it to the log.");
            }
            log.debug("Broker {} does not say whether group {} may consume", broker, group, e);
        } catch (RemotingException e) {
            log.debug("Broker {} does not say whether group {} may consume", broker, group, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
