package io.rmqtx.producer;

import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.HalfMessageTransport.HalfMessage;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.RmqTxListener;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Sends the half messages of calls, and ends them off the business thread. */
final class HalfMessages {

    private final HalfMessageTransport transport;
    private final PublishedMarker marker;
    private final RmqTxListener events;
    private final ProducerProperties properties;

    HalfMessages(
            HalfMessageTransport transport,
            PublishedMarker marker,
            RmqTxListener events,
            ProducerProperties properties) {
        this.transport = transport;
        this.marker = marker;
        this.events = events;
        this.properties = properties;
    }

    /** Checks what can be known of messages that are sent later, before anything is written for them. */
    void check(MessageCall call) {
        call.messages().forEach(transport::checkMessage);
    }

    /** Sends all half messages of a call; if one fails, those before it are rolled back. */
    void send(MessageCall call) {
        Duration timeout = call.holdsConnection() ? properties.lateSendTimeout() : properties.sendTimeout();
        for (OutgoingMessage message : call.messages()) {
            try {
                call.halves().add(transport.sendHalf(message, call.store().id(), timeout));
            } catch (RuntimeException e) {
                events.halfMessageFailed(message, e);
                abandon(call);
                throw e;
            }
            events.halfMessageSent(message);
        }
    }

    /** Rolls back what was sent for a call whose transaction never began. */
    void abandon(MessageCall call) {
        call.halves().forEach(half -> end(call.store(), half, Decision.ROLLBACK));
        call.halves().clear();
    }

    /** Ends one half message; an acknowledged commit is marked. */
    CompletionStage<EndOutcome> end(ReliableStore store, HalfMessage half, Decision decision) {
        return transport.end(half, decision).thenApply(outcome -> {
            if (decision == Decision.COMMIT && outcome == EndOutcome.ACKNOWLEDGED) {
                marker.acknowledged(store, half.messageId());
            }
            events.transactionEnded(half.messageId(), decision, outcome);
            return outcome;
        });
    }
}
