package io.rmqtx.chaos.service;

import io.rmqtx.spi.HalfMessageTransport.Visibility;
import io.rmqtx.spi.MessageTransport;
import io.rmqtx.spi.OutgoingMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The broker's port for finished messages, with a point before and after each step of a send. */
record HookedMessageTransport(MessageTransport real) implements MessageTransport {

    @Override
    public CompletionStage<SendOutcome> send(List<OutgoingMessage> messages, List<String> storeIds, Duration timeout) {
        boolean own = OwnMessages.containsAny(
                messages.stream().map(message -> message.id().value()).toList());
        if (own) {
            Hooks.at(CrashPoint.BEFORE_SEND);
        }
        CompletionStage<SendOutcome> outcome = real.send(messages, storeIds, timeout);
        Hooks.at(own ? CrashPoint.SEND_UNDER_WAY : CrashPoint.RELAY_SEND_UNDER_WAY);
        return outcome.thenApply(known -> {
            if (known.result() == Result.ACKNOWLEDGED) {
                Hooks.at(own ? CrashPoint.AFTER_SEND : CrashPoint.RELAY_AFTER_SEND);
            }
            return known;
        });
    }

    @Override
    public CompletionStage<Visibility> look(OutgoingMessage message) {
        return real.look(message);
    }
}
