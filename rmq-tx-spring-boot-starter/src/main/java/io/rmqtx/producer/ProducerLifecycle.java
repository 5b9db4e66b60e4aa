package io.rmqtx.producer;

import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.MessageRelay;
import io.rmqtx.spi.PublishedMarks;
import org.springframework.context.SmartLifecycle;

/**
 * Connects before requests come in, and disconnects after the last one: no call begins, running ones finish, the broker
 * answers, what is committed is published, check-backs that are being answered are, and what is waiting is marked.
 */
final class ProducerLifecycle implements SmartLifecycle {

    private final ReliableMessageCheck check;
    private final HalfMessages halfMessages;
    private final HalfMessageTransport transport;
    private final CheckBackAnswerer answerer;
    private final PublishedMarks marks;
    private final MessageRelay relay;
    private volatile boolean running;

    ProducerLifecycle(
            ReliableMessageCheck check,
            HalfMessages halfMessages,
            HalfMessageTransport transport,
            CheckBackAnswerer answerer,
            PublishedMarks marks,
            MessageRelay relay) {
        this.check = check;
        this.halfMessages = halfMessages;
        this.transport = transport;
        this.answerer = answerer;
        this.marks = marks;
        this.relay = relay;
    }

    @Override
    public void start() {
        if (!check.topics().isEmpty()) {
            marks.start();
            transport.start(check.topics(), answerer);
            relay.start();
        }
        halfMessages.start();
        running = true;
    }

    @Override
    public void stop() {
        halfMessages.stop();
        relay.stop();
        transport.stop();
        marks.stop();
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
