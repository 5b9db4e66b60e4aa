package io.rmqtx.spi;

import io.rmqtx.ClusterRequirement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The broker's side of transactional messages. RocketMQ is the only implementation. Thread-safe. */
public interface HalfMessageTransport {

    /**
     * Connects. A broker that is away is no error: it is said in the log, and connecting goes on in the background.
     *
     * @param topics the topics that will be sent to, so that check-backs arrive before the first send
     * @param checkBacks answers the broker's questions
     * @throws io.rmqtx.RmqTxConfigurationException if another application lives in the producer group
     */
    void start(Set<String> topics, CheckBackHandler checkBacks);

    /** Disconnects; unanswered commits are left to check-backs. */
    void stop();

    /**
     * Checks a topic's name.
     *
     * @throws io.rmqtx.RmqTxConfigurationException if no broker would accept it
     */
    void checkTopic(String topic);

    /**
     * Checks what can be known of a message before it is sent.
     *
     * @throws io.rmqtx.InvalidMessageException if the broker would refuse it
     */
    void checkMessage(OutgoingMessage message);

    /**
     * Sends a half message and waits for the broker's answer, {@code timeout} at most.
     *
     * @throws io.rmqtx.MessageSendException if it was not stored, or nothing is known; never end it then
     * @throws io.rmqtx.InvalidMessageException if the message itself is refused
     */
    HalfMessage sendHalf(OutgoingMessage message, String storeId, Duration timeout);

    /**
     * Ends a half message. Sent at most once: a commit is not idempotent. Does not block on the network.
     *
     * @return the outcome; never completes exceptionally
     */
    CompletionStage<EndOutcome> end(HalfMessage half, Decision decision);

    /**
     * Asks every broker of the topic's route whether a message with this id is visible in the topic. Blocks, bounded
     * by time-out and rate.
     */
    Visibility visible(String topic, String messageId, Instant createdAt);

    /** What it needs of the cluster to send to these topics, before and after it is started. */
    default List<ClusterRequirement> requirements(Set<String> topics) {
        return List.of();
    }

    /** A half message's place at a broker. An address, not a name: what lies there can change when the broker crashes. */
    interface HalfMessage {

        /** Our message id. */
        String messageId();

        /** The topic for which it waits. */
        String topic();
    }

    /** How a local transaction ended. */
    enum Decision {
        /** Make it visible. */
        COMMIT,
        /** Drop it. */
        ROLLBACK
    }

    /** What came of ending a half message. */
    enum EndOutcome {
        /** Executed, says the broker. */
        ACKNOWLEDGED,
        /** It certainly did not reach the broker, or the place holds another message now: nothing was sent. */
        NOT_SENT,
        /** Refused by the broker, or no answer: nothing is known. */
        UNKNOWN
    }

    /** Whether a message is visible in its topic. */
    enum Visibility {
        /** Found. */
        VISIBLE,
        /** Every broker of the route answered, and none has it. */
        NOT_VISIBLE,
        /** Not every broker answered. */
        NOT_KNOWN
    }
}
