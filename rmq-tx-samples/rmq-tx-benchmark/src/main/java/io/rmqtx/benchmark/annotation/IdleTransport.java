package io.rmqtx.benchmark.annotation;

import io.rmqtx.spi.CheckBackHandler;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.OutgoingMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A broker that takes everything and keeps nothing. */
final class IdleTransport implements HalfMessageTransport {

    private record Half(String messageId, String topic) implements HalfMessage {}

    @Override
    public void start(Set<String> topics, CheckBackHandler checkBacks) {
        // nothing to connect to
    }

    @Override
    public void stop() {
        // nothing to disconnect from
    }

    @Override
    public void checkTopic(String topic) {
        // any will do
    }

    @Override
    public void checkMessage(OutgoingMessage message) {
        // any will do
    }

    @Override
    public HalfMessage sendHalf(OutgoingMessage message, String storeId, Duration timeout) {
        return new Half(message.id().value(), message.topic());
    }

    @Override
    public CompletionStage<EndOutcome> end(HalfMessage half, Decision decision) {
        return CompletableFuture.completedFuture(EndOutcome.ACKNOWLEDGED);
    }

    @Override
    public Visibility visible(String topic, String messageId, Instant createdAt) {
        return Visibility.NOT_VISIBLE;
    }
}
