package io.rmqtx.spi;

import io.rmqtx.spi.HalfMessageTransport.Visibility;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Sends finished messages. RocketMQ is the only implementation. Thread-safe; started and stopped with the
 * {@link HalfMessageTransport}.
 */
public interface MessageTransport {

    /**
     * Sends messages of one topic together: all of them are stored, or none. Does not block on the network. Nothing is
     * sent again by itself once it may have left.
     *
     * <p>Several can only be sent together if none has an order key or a delivery time.
     *
     * @param storeId the store of each, in the same order
     * @return the outcome; never completes exceptionally
     */
    CompletionStage<SendOutcome> send(List<OutgoingMessage> messages, List<String> storeId, Duration timeout);

    /**
     * Asks every broker of the topic's route whether a message with this id is visible in the topic. Blocks only to keep
     * the rate of questions bounded.
     *
     * @return the answer; never completes exceptionally
     */
    CompletionStage<Visibility> look(String topic, String messageId, Instant createdAt);

    /**
     * What came of a send.
     *
     * @param result whether it is stored
     * @param reason for people; empty if it was acknowledged
     */
    record SendOutcome(Result result, String reason) {

        /** The broker has it. */
        public static final SendOutcome ACKNOWLEDGED = new SendOutcome(Result.ACKNOWLEDGED, "");
    }

    /** Whether what was sent is stored. */
    enum Result {
        /** The broker has it. */
        ACKNOWLEDGED,
        /** It certainly is not stored, and that is not the message's fault: no broker, no route, flow control, disk full. */
        NOT_STORED,
        /** It may be stored: no answer in time, or the broker is not sure that it survives. */
        UNKNOWN,
        /** The message itself is refused: too large, illegal, or not allowed in this topic. */
        REFUSED
    }
}
