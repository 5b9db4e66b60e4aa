package io.rmqtx.spi;

import io.rmqtx.DeadLetter;
import io.rmqtx.MessageContext;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells all listeners, in their order. What one of them throws is logged and changes nothing, neither for the others
 * nor for the caller.
 */
public final class RmqTxListeners implements RmqTxListener {

    private static final Logger log = LoggerFactory.getLogger(RmqTxListeners.class);

    private final List<RmqTxListener> listeners;

    /** Copies the list. */
    public RmqTxListeners(List<? extends RmqTxListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void halfMessageSent(OutgoingMessage message) {
        each("halfMessageSent", listener -> listener.halfMessageSent(message));
    }

    @Override
    public void halfMessageFailed(OutgoingMessage message, Throwable cause) {
        each("halfMessageFailed", listener -> listener.halfMessageFailed(message, cause));
    }

    @Override
    public void callRestarted(List<String> messageIds) {
        each("callRestarted", listener -> listener.callRestarted(messageIds));
    }

    @Override
    public void transactionEnded(
            String messageId, HalfMessageTransport.Decision decision, HalfMessageTransport.EndOutcome outcome) {
        each("transactionEnded", listener -> listener.transactionEnded(messageId, decision, outcome));
    }

    @Override
    public void endSkipped(String messageId, String reason) {
        each("endSkipped", listener -> listener.endSkipped(messageId, reason));
    }

    @Override
    public void checkBackAnswered(String messageId, CheckBackAnswer answer, String reason) {
        each("checkBackAnswered", listener -> listener.checkBackAnswered(messageId, answer, reason));
    }

    @Override
    public void checkBackDropped(String messageId) {
        each("checkBackDropped", listener -> listener.checkBackDropped(messageId));
    }

    @Override
    public void marked(List<String> messageIds) {
        each("marked", listener -> listener.marked(messageIds));
    }

    @Override
    public void markLost(List<String> messageIds, String reason) {
        each("markLost", listener -> listener.markLost(messageIds, reason));
    }

    @Override
    public void published(String topic, List<String> messageIds) {
        each("published", listener -> listener.published(topic, messageIds));
    }

    @Override
    public void publishFailed(List<String> messageIds, String reason) {
        each("publishFailed", listener -> listener.publishFailed(messageIds, reason));
    }

    @Override
    public void publishRefused(String messageId, String reason) {
        each("publishRefused", listener -> listener.publishRefused(messageId, reason));
    }

    @Override
    public void messageDead(String messageId, String reason) {
        each("messageDead", listener -> listener.messageDead(messageId, reason));
    }

    @Override
    public void dispatchOverflowed(String messageId) {
        each("dispatchOverflowed", listener -> listener.dispatchOverflowed(messageId));
    }

    @Override
    public void wentToOutbox(List<String> messageIds, String reason) {
        each("wentToOutbox", listener -> listener.wentToOutbox(messageIds, reason));
    }

    @Override
    public void consumed(MessageContext context) {
        each("consumed", listener -> listener.consumed(context));
    }

    @Override
    public void duplicateRefused(MessageContext context, String key) {
        each("duplicateRefused", listener -> listener.duplicateRefused(context, key));
    }

    @Override
    public void keyBusy(MessageContext context, String key) {
        each("keyBusy", listener -> listener.keyBusy(context, key));
    }

    @Override
    public void attemptFailed(MessageContext context, Throwable cause) {
        each("attemptFailed", listener -> listener.attemptFailed(context, cause));
    }

    @Override
    public void deadLetter(DeadLetter letter) {
        each("deadLetter", listener -> listener.deadLetter(letter));
    }

    // Errors included: a metric's missing class must not fail a business call.
    private void each(String event, Consumer<RmqTxListener> call) {
        for (RmqTxListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (Throwable thrown) {
                log.warn(
                        "RmqTxListener '{}' threw at {}; nothing else is affected.",
                        listener.getClass().getName(),
                        event,
                        thrown);
            }
        }
    }
}
