package io.rmqtx.consumer;

import io.rmqtx.RmqTxConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers whether a consumer that has just started may consume. The client keeps a refusal to itself: it would
 * be idle for ever, without a word. Brokers that are away are asked when they are back.
 */
final class GroupAccess {

    private static final Logger log = LoggerFactory.getLogger(GroupAccess.class);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final ClientInternals client;
    private final String group;
    private final Map<String, String> subscriptions;

    GroupAccess(ClientInternals client, ListenerGroup group) {
        this.client = client;
        this.group = group.name();
        this.subscriptions = group.subscriptions();
    }

    /**
     * Asks.
     *
     * @return whether every broker of its topics was there to answer
     * @throws RmqTxConfigurationException if a broker refuses the consumer, or does not know its group
     */
    boolean check() {
        Set<String> brokers = new TreeSet<>();
        boolean answered = true;
        for (String topic : subscriptions.keySet()) {
            List<String> masters = client.masters(topic);
            answered &= !masters.isEmpty();
            brokers.addAll(masters);
        }
        for (String broker : brokers) {
            answered &= check(broker);
        }
        return answered;
    }

    /**
     * Asks again until every broker has said yes, and says what they say. It does not ask for ever, so what is withdrawn
     * after that is seen in the client's own log, and by the group's backlog.
     */
    void keepAsking() {
        Duration pause = FIRST_PAUSE;
        String said = "";
        try {
            while (true) {
                Thread.sleep(pause.toMillis());
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                String refusal = ask();
                if (refusal == null) {
                    log.info("Consumer group '{}' may consume {}.", group, subscriptions.keySet());
                    return;
                }
                if (!refusal.isEmpty() && !refusal.equals(said)) {
                    said = refusal;
                    log.error("Consumer group '{}' does not consume: {}", group, refusal);
                }
            }
        } catch (InterruptedException e) {
            log.debug("Whether consumer group '{}' may consume is not asked any more: it is stopped.", group);
        }
    }

    /** Null for yes, empty for not known. */
    private @Nullable String ask() {
        try {
            return check() ? null : "";
        } catch (RmqTxConfigurationException e) {
            return String.valueOf(e.getMessage());
        } catch (RuntimeException e) { // of a client that is being stopped
            log.debug("Whether group {} may consume is not known", group, e);
            return "";
        }
    }

    private boolean check(String broker) {
        try {
            client.heartbeat(broker);
            if (client.isMember(broker)) {
                return true;
            }
            throw new RmqTxConfigurationException(
                    "Broker " + broker + " does not know consumer group '" + group + "', and does not create it.",
                    "Create the group on each broker of its topics, or let the brokers create groups"
                            + " (autoCreateSubscriptionGroup).");
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
        return false;
    }
}
