package io.rmqtx.transport;

import org.jspecify.annotations.Nullable;

/** The producer that half messages and finished ones share, while it is started. */
final class RunningProducer {

    private volatile @Nullable ProducerClient client;

    @Nullable
    ProducerClient client() {
        return client;
    }

    void set(@Nullable ProducerClient started) {
        client = started;
    }
}
