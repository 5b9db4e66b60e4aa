package io.rmqtx.spi;

import io.rmqtx.DeadLetter;
import io.rmqtx.MessageContext;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells several listeners; what one of them throws is logged, and neither the others nor the caller notice. */
public final class RmqTxListeners implements RmqTxListener {

    private static final Logger log = LoggerFactory.getLogger(RmqTxListeners.class);

    private final List<RmqTxListener> listeners;

    /** Tells these, in this order. */
    public RmqTxListeners(List<? extends RmqTxListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    private void tell(Consumer<RmqTxListener> event) {
        for (RmqTxListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                log.warn(
                        "Listener {} failed; business is not affected",
                        listener.getClass().getName(),
                        e);
            }
        }
    }

    @Override
    public void halfMessageSent(OutgoingMessage message) {
        tell(listener -> listener.halfMessageSent(message));
    }

    @Override
    public void halfMessageFailed(OutgoingMessage message, Throwable cause) {
        tell(listener -> listener.halfMessageFailed(message, cause));
    }

    @Override
    public void callRestarted(List<String> messageIds) {
        tell(listener -> listener.callRestarted(messageIds));
    }

    @Override
    public void transactionEnded(
            String messageId, HalfMessageTransport.Decision decision, HalfMessageTransport.EndOutcome outcome) {
        tell(listener -> listener.transactionEnded(messageId, decision, outcome));
    }

    @Override
    public void endSkipped(String messageId, String reason) {
        tell(listener -> listener.endSkipped(messageId, reason));
    }

    @Override
    public void checkBackAnswered(String messageId, CheckBackAnswer answer, String reason) {
        tell(listener -> listener.checkBackAnswered(messageId, answer, reason));
    }

    @Override
    public void marked(List<String> messageIds) {
        tell(listener -> listener.marked(messageIds));
    }

    @Override
    public void markLost(List<String> messageIds, String reason) {
        tell(listener -> listener.markLost(messageIds, reason));
    }

    @Override
    public void consumed(MessageContext context) {
        tell(listener -> listener.consumed(context));
    }

    @Override
    public void duplicateRefused(MessageContext context, String key) {
        tell(listener -> listener.duplicateRefused(context, key));
    }

    @Override
    public void keyBusy(MessageContext context, String key) {
        tell(listener -> listener.keyBusy(context, key));
    }

    @Override
    public void attemptFailed(MessageContext context, Throwable cause) {
        tell(listener -> listener.attemptFailed(context, cause));
    }

    @Override
    public void deadLetter(DeadLetter letter) {
        tell(listener -> listener.deadLetter(letter));
    }
}
