package io.rmqtx.producer;

import io.rmqtx.spi.HalfMessageTransport;
import org.springframework.context.SmartLifecycle;

/**
 * Connects before requests come in, and disconnects after the last one: no call begins, running ones finish, the broker
 * answers, check-backs that are being answered are, and what is waiting is marked.
 */
final class ProducerLifecycle implements SmartLifecycle {

    private final ReliableMessageCheck check;
    private final HalfMessages halfMessages;
    private final HalfMessageTransport transport;
    private final CheckBackAnswerer answerer;
    private final PublishedMarker marker;
    private volatile boolean running;

    ProducerLifecycle(
            ReliableMessageCheck check,
            HalfMessages halfMessages,
            HalfMessageTransport transport,
            CheckBackAnswerer answerer,
            PublishedMarker marker) {
        this.check = check;
        this.halfMessages = halfMessages;
        this.transport = transport;
        this.answerer = answerer;
        this.marker = marker;
    }

    @Override
    public void start() {
        if (!check.topics().isEmpty()) {
            marker.start();
            transport.start(check.topics(), answerer);
        }
        halfMessages.start();
        running = true;
    }

    @Override
    public void stop() {
        halfMessages.stop();
        transport.stop();
        marker.stop();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Web servers and listeners start in the last phases. */
    @Override
    public int getPhase() {
        return 0;
    }
}
