package io.rmqtx.producer;

import io.rmqtx.MessageSendException;
import io.rmqtx.producer.ProducerProperties.WhenBrokerUnavailable;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.HalfMessageTransport.HalfMessage;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.PublishedMarks;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.RmqTxListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the half messages of calls, and ends them off the business thread. */
final class HalfMessages {

    private static final Logger log = LoggerFactory.getLogger(HalfMessages.class);

    private final HalfMessageTransport transport;
    private final PublishedMarks marks;
    private final RmqTxListener events;
    private final ProducerProperties properties;
    private final BrokerCircuit circuit;
    private final OpenCalls open = new OpenCalls();

    HalfMessages(
            HalfMessageTransport transport,
            PublishedMarks marks,
            RmqTxListener events,
            ProducerProperties properties,
            BrokerCircuit circuit) {
        this.circuit = circuit;
        this.transport = transport;
        this.marks = marks;
        this.events = events;
        this.properties = properties;
    }

    /** Checks what can be known of messages that are sent later, before anything is written for them. */
    void check(MessageCall call) {
        call.messages().forEach(transport::checkMessage);
    }

    /**
     * Sends all half messages of a call. If one fails, those before it are rolled back, and the call fails or goes on in
     * mode OUTBOX.
     */
    void send(MessageCall call) {
        if (properties.whenBrokerUnavailable() == WhenBrokerUnavailable.FAIL) {
            sendAll(call);
            return;
        }
        if (call.messages().stream().anyMatch(message -> circuit.isOpen(message.topic()))) {
            goToOutbox(call, "its broker did not take a message a moment ago");
            return;
        }
        try {
            sendAll(call);
        } catch (MessageSendException e) {
            if (e.isRefused()) {
                throw e; // the relay would be refused as well
            }
            goToOutbox(call, String.valueOf(e.getMessage()));
        }
    }

    private void goToOutbox(MessageCall call, String reason) {
        call.goToOutbox();
        events.wentToOutbox(call.messageIds(), reason);
    }

    private void sendAll(MessageCall call) {
        open.add(call.messageIds());
        Duration timeout = call.holdsConnection() ? properties.lateSendTimeout() : properties.sendTimeout();
        for (OutgoingMessage message : call.messages()) {
            try {
                call.halves().add(transport.sendHalf(message, call.store().id(), timeout));
                circuit.succeeded(message.topic());
            } catch (RuntimeException e) {
                if (e instanceof MessageSendException failed && !failed.isRefused()) {
                    circuit.failed(message.topic());
                }
                events.halfMessageFailed(message, e);
                abandon(call);
                throw e;
            }
            events.halfMessageSent(message);
        }
    }

    /** Takes note of a call whose rows are written, and whose half messages may be sent only later. */
    void enlisted(MessageCall call) {
        open.add(call.messageIds());
    }

    /**
     * Admits a call that is about to begin.
     *
     * @throws io.rmqtx.MessageSendException if the service is being stopped
     */
    void begin() {
        open.begin();
    }

    /** A call that was admitted has ended. */
    void finished() {
        open.finished();
    }

    /** Rolls back what was sent for a call whose transaction never began, or did not commit. */
    void abandon(MessageCall call) {
        List<String> unsent = new ArrayList<>(call.messageIds());
        for (HalfMessage half : call.halves()) {
            unsent.remove(half.messageId());
            var unused = end(call.store(), half, Decision.ROLLBACK);
        }
        call.halves().clear();
        open.end(unsent);
    }

    /** Leaves half messages to the broker's check-back. */
    void leave(List<String> messageIds) {
        open.end(messageIds);
    }

    /** Ends one half message; an acknowledged commit is marked. */
    CompletionStage<EndOutcome> end(ReliableStore store, HalfMessage half, Decision decision) {
        return transport.end(half, decision).thenApply(outcome -> {
            if (decision == Decision.COMMIT && outcome == EndOutcome.ACKNOWLEDGED) {
                marks.acknowledged(store, List.of(half.messageId()));
            }
            events.transactionEnded(half.messageId(), decision, outcome);
            open.end(List.of(half.messageId()));
            return outcome;
        });
    }

    /** Begins to admit calls. */
    void start() {
        open.open();
    }

    /** Admits no more calls, and waits for those that are running and for the broker's answers, for a bounded time. */
    void stop() {
        try {
            OpenCalls.Left left = open.close(properties.shutdownWait());
            if (!left.isNothing()) {
                log.warn(
                        "After {} [rmq-tx.producer.shutdown-wait] {} calls were still running; what they still want to"
                                + " send will be refused. These messages are left to check-backs: {}",
                        properties.shutdownWait(),
                        left.calls(),
                        left.messageIds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
