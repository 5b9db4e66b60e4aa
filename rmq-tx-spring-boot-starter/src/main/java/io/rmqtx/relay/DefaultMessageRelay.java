package io.rmqtx.relay;

import io.rmqtx.spi.Backlog.OrderKey;
import io.rmqtx.spi.MessageRelay;
import io.rmqtx.spi.MessageTransport;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RmqTxListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The relay of one instance, which can be started and stopped. */
final class DefaultMessageRelay implements MessageRelay {

    private static final Logger log = LoggerFactory.getLogger(DefaultMessageRelay.class);

    private final ReliableStores stores;
    private final MessageTransport transport;
    private final PublishedMarker marker;
    private final RmqTxListener events;
    private final RelayProperties properties;
    private final AtomicReference<@Nullable RunningRelay> running = new AtomicReference<>();

    DefaultMessageRelay(
            ReliableStores stores,
            MessageTransport transport,
            PublishedMarker marker,
            RmqTxListener events,
            RelayProperties properties) {
        this.stores = stores;
        this.transport = transport;
        this.marker = marker;
        this.events = events;
        this.properties = properties;
    }

    @Override
    public void start() {
        if (!properties.enabled()) {
            log.info("The relay is switched off in this instance [rmq-tx.relay.enabled]: what is committed waits for"
                    + " another one");
            return;
        }
        RunningRelay started = new RunningRelay(stores, transport, marker, events, properties);
        if (running.compareAndSet(null, started)) {
            started.start();
        }
    }

    @Override
    public void stop() {
        RunningRelay stopped = running.getAndSet(null);
        if (stopped != null) {
            stopped.stop();
        }
    }

    @Override
    public Duration dispatchLease() {
        return running.get() == null ? Duration.ZERO : properties.dispatchLease();
    }

    @Override
    public void committed(ReliableStore store, List<OutgoingMessage> messages, long sinceNanos) {
        RunningRelay relay = running.get();
        if (relay != null) {
            relay.committed(store, messages, sinceNanos);
        }
    }

    @Override
    public void wake(ReliableStore store, @Nullable OrderKey orderKey) {
        RunningRelay relay = running.get();
        if (relay != null) {
            relay.wake(store, orderKey);
        }
    }
}
