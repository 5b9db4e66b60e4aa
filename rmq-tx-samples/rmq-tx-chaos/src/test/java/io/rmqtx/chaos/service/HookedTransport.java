package io.rmqtx.chaos.service;

import io.rmqtx.ClusterRequirement;
import io.rmqtx.spi.CheckBackHandler;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.OutgoingMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The broker's port, with a point before and after each step. */
final class HookedTransport implements HalfMessageTransport {

    private final HalfMessageTransport real;

    HookedTransport(HalfMessageTransport real) {
        this.real = real;
    }

    @Override
    public void start(Set<String> topics, CheckBackHandler checkBacks) {
        real.start(topics, CheckBacks.wrap(checkBacks));
    }

    @Override
    public HalfMessage sendHalf(OutgoingMessage message, String storeId, Duration timeout) {
        Hooks.at(CrashPoint.BEFORE_HALF);
        HalfMessage half = real.sendHalf(message, storeId, timeout);
        CheckBacks.sent(message.id().value());
        Hooks.at(CrashPoint.AFTER_HALF);
        return half;
    }

    @Override
    public CompletionStage<EndOutcome> end(HalfMessage half, Decision decision) {
        if (CheckBacks.loses(half, decision)) {
            return CompletableFuture.completedFuture(EndOutcome.UNKNOWN);
        }
        boolean answering = CheckBacks.isAnswering();
        Hooks.at(answering ? CrashPoint.CHECK_BEFORE_END : CrashPoint.BEFORE_END);
        CompletionStage<EndOutcome> outcome = real.end(half, decision);
        Hooks.at(answering ? CrashPoint.CHECK_END_UNDER_WAY : CrashPoint.END_UNDER_WAY);
        return outcome.thenApply(known -> {
            if (known == EndOutcome.ACKNOWLEDGED) {
                Hooks.at(answering ? CrashPoint.CHECK_AFTER_END : CrashPoint.AFTER_END);
            }
            return known;
        });
    }

    @Override
    public Visibility visible(String topic, String messageId, Instant createdAt) {
        Hooks.at(CrashPoint.CHECK_BEFORE_QUERY);
        Visibility visibility = real.visible(topic, messageId, createdAt);
        Hooks.at(CrashPoint.CHECK_AFTER_QUERY);
        return visibility;
    }

    @Override
    public void stop() {
        real.stop();
    }

    @Override
    public void checkTopic(String topic) {
        real.checkTopic(topic);
    }

    @Override
    public void checkMessage(OutgoingMessage message) {
        real.checkMessage(message);
    }

    @Override
    public List<ClusterRequirement> requirements(Set<String> topics) {
        return real.requirements(topics);
    }
}
