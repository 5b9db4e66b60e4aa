package io.rmqtx.transport;

import io.rmqtx.RmqTxConfigurationException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses a producer that the brokers do not let ask whether a message is visible: all would go well until a commit is
 * lost, and then no check-back about a committed message could be answered. What cannot be known (a broker is away) is
 * passed over. Whether it may send, the first call shows, and nothing is written then.
 */
final class RightsCheck {

    private static final Logger log = LoggerFactory.getLogger(RightsCheck.class);

    private static final String NO_MESSAGE = "rmqtx-rights-check";

    private final BrokerRequests requests;
    private final Duration timeout;

    RightsCheck(BrokerRequests requests, Duration timeout) {
        this.requests = requests;
        this.timeout = timeout;
    }

    void check(String broker, String topic) {
        try {
            RemotingCommand answer = requests.send(
                            broker, VisibilityQuery.query(topic, NO_MESSAGE, Instant.now()), timeout)
                    .get(timeout.toMillis() * 2, TimeUnit.MILLISECONDS)
                    .response();
            if (answer.getCode() == ResponseCode.NO_PERMISSION) {
                throw new RmqTxConfigurationException(
                        "Broker " + broker + " does not let this application ask for messages of topic '" + topic
                                + "', which check-backs must: " + answer.getRemark(),
                        "Check [rmq-tx.client.access-key] and [rmq-tx.client.secret-key], and grant that user PUB and"
                                + " GET on the topic. The bean ClusterRequirements lists everything that is needed;"
                                + " logging.level.io.rmqtx.ClusterRequirements=debug writes it to the log.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.debug("Broker {} does not say whether topic {} may be asked for", broker, topic, e);
        }
    }
}
