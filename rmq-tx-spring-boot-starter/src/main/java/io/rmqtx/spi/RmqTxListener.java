package io.rmqtx.spi;

import io.rmqtx.DeadLetter;
import io.rmqtx.MessageContext;
import java.util.List;

/**
 * Told what happens, for metrics, logs and tests. All beans of this type are called, on the thread where it happened:
 * they must not block. An exception from one is logged and changes nothing.
 */
public interface RmqTxListener {

    /** A half message was stored by the broker. */
    default void halfMessageSent(OutgoingMessage message) {}

    /** A half message could not be sent, so the call fails, or goes on in mode OUTBOX. */
    default void halfMessageFailed(OutgoingMessage message, Throwable cause) {}

    /** A call found its key taken by the fence before anything ran, and starts once more with a new id. */
    default void callRestarted(List<String> messageIds) {}

    /** A half message was ended, or not, after the local transaction. */
    default void transactionEnded(
            String messageId, HalfMessageTransport.Decision decision, HalfMessageTransport.EndOutcome outcome) {}

    /** A commit was not sent because it came too late, or the outcome of the transaction is unknown. */
    default void endSkipped(String messageId, String reason) {}

    /** A check-back was answered. */
    default void checkBackAnswered(String messageId, CheckBackAnswer answer, String reason) {}

    /** A check-back was not taken, because too many were waiting; the broker asks again, but not for ever. */
    default void checkBackDropped(String messageId) {}

    /** Rows were marked PUBLISHED. */
    default void marked(List<String> messageIds) {}

    /** Acknowledged messages could not be marked; the relay will find out that they are visible. */
    default void markLost(List<String> messageIds, String reason) {}

    /** Messages were acknowledged by the broker that the relay, or the dispatch after a commit, sent. */
    default void published(String topic, List<String> messageIds) {}

    /** Messages could not be sent, because the broker is away or does not answer; they are tried again, for ever. */
    default void publishFailed(List<String> messageIds, String reason) {}

    /** The broker refused a message itself; it is tried again a few times. */
    default void publishRefused(String messageId, String reason) {}

    /** The broker refused a message for good, or its row cannot be read: an operator must decide. */
    default void messageDead(String messageId, String reason) {}

    /** A message was committed while the memory for new ones was full; the relay finds it in its table. */
    default void dispatchOverflowed(String messageId) {}

    /** The broker is away, so a call goes on in mode OUTBOX. */
    default void wentToOutbox(List<String> messageIds, String reason) {}

    /** A message was consumed, and its effect committed. */
    default void consumed(MessageContext context) {}

    /** A message was acknowledged without calling the listener, because its key was there. */
    default void duplicateRefused(MessageContext context, String key) {}

    /** Another delivery holds or held the key; this one goes on trying, now or later, and that counts as no attempt. */
    default void keyBusy(MessageContext context, String key) {}

    /** An attempt failed. */
    default void attemptFailed(MessageContext context, Throwable cause) {}

    /** A message was given up. */
    default void deadLetter(DeadLetter letter) {}

    /** What a check-back was answered with. */
    enum CheckBackAnswer {
        /** Committed, and acknowledged. */
        COMMIT,
        /** Rolled back. */
        ROLLBACK,
        /** No answer: the broker asks again. */
        UNKNOWN
    }
}
