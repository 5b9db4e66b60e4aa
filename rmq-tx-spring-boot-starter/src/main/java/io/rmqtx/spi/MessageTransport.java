package io.rmqtx.spi;

import io.rmqtx.spi.HalfMessageTransport.Visibility;
import java.time.Duration;
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
     * Asks every broker of the message's topic whether a message with its id is visible there, or, if it has a time of
     * delivery, waits there. Blocks only to keep the rate of questions bounded, and to learn a route that is not known.
     *
     * @return the answer; never completes exceptionally
     */
    CompletionStage<Visibility> look(OutgoingMessage message);

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
        /** It may be stored: no answer in time. */
        UNKNOWN,
        /** The broker has it, but is not sure that it would survive: a flush, or a copy to a replica, was late. */
        STORED_UNSAFELY,
        /** The message itself is refused: too large, illegal, or not allowed in this topic. */
        REFUSED
    }
}
