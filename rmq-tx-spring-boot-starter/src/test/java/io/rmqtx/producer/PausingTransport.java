package io.rmqtx.producer;

import io.rmqtx.spi.CheckBackHandler;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.OutgoingMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Fault injector: runs something between two steps that belong together. */
final class PausingTransport implements HalfMessageTransport {

    /** What happens in the pause. */
    interface Pause {
        void after(OutgoingMessage half);
    }

    private final HalfMessageTransport real;
    private final Pause pause;
    private final Runnable beforeVisible;

    private PausingTransport(HalfMessageTransport real, Pause pause, Runnable beforeVisible) {
        this.real = real;
        this.pause = pause;
        this.beforeVisible = beforeVisible;
    }

    /** Puts itself between the producer and the real transport. */
    static BeanPostProcessor injecting(Pause pause) {
        return injecting(pause, () -> {});
    }

    /** Runs something before the broker is asked whether a message is visible. */
    static BeanPostProcessor injectingBeforeVisible(Runnable beforeVisible) {
        return injecting(half -> {}, beforeVisible);
    }

    private static BeanPostProcessor injecting(Pause pause, Runnable beforeVisible) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof HalfMessageTransport transport
                        ? new PausingTransport(transport, pause, beforeVisible)
                        : bean;
            }
        };
    }

    @Override
    public HalfMessage sendHalf(OutgoingMessage message, String storeId, Duration timeout) {
        HalfMessage half = real.sendHalf(message, storeId, timeout);
        pause.after(message);
        return half;
    }

    @Override
    public void start(Set<String> topics, CheckBackHandler checkBacks) {
        real.start(topics, checkBacks);
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
    public CompletionStage<EndOutcome> end(HalfMessage half, Decision decision) {
        return real.end(half, decision);
    }

    @Override
    public Visibility visible(String topic, String messageId, Instant createdAt) {
        beforeVisible.run();
        return real.visible(topic, messageId, createdAt);
    }
}
