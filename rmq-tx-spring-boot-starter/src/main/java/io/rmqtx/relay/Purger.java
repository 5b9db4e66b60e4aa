package io.rmqtx.relay;

import io.rmqtx.spi.MessageStatus;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Removes what is old, in small transactions with a pause after each, so that business transactions hardly notice. All
 * instances may do so at once: each passes over what another is just removing.
 */
final class Purger implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Purger.class);

    private final ReliableStores stores;
    private final PurgeProperties properties;
    private final Map<MessageStatus, Duration> ages = new LinkedHashMap<>();
    private volatile @Nullable ScheduledExecutorService scheduler;

    Purger(ReliableStores stores, PurgeProperties properties) {
        this.stores = stores;
        this.properties = properties;
        ages.put(MessageStatus.PUBLISHED, properties.publishedAfter());
        ages.put(MessageStatus.CONFIRMED, properties.publishedAfter());
        ages.put(MessageStatus.ABORTED, properties.abortedAfter());
        ages.put(MessageStatus.CANCELLED, properties.closedAfter());
        ages.put(MessageStatus.COMPENSATED, properties.closedAfter());
    }

    @Override
    public void start() {
        if (!properties.enabled()) {
            return;
        }
        CustomizableThreadFactory threads = new CustomizableThreadFactory("rmqtx-purge-");
        threads.setDaemon(true);
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(threads);
        scheduler = started;
        long interval = properties.interval().toMillis();
        // Not all instances at once.
        long first = ThreadLocalRandom.current().nextLong(interval / 2, interval + 1);
        var unused = started.scheduleWithFixedDelay(this::purgeQuietly, first, interval, TimeUnit.MILLISECONDS);
    }

    private void purgeQuietly() {
        try {
            purge();
        } catch (RuntimeException e) { // one that got out would end the schedule
            log.warn(
                    "Old rows could not be removed; trying again after {}. The database's user needs DELETE on the tables of"
                            + " rmq-tx; if they are kept small by other means, set rmq-tx.purge.enabled=false",
                    properties.interval(),
                    e);
        }
    }

    /** Removes everything that is old enough. */
    void purge() {
        for (ReliableStore store : stores.opened()) {
            ages.forEach((status, age) ->
                    report(status + " rows", inBatches(() -> store.backlog().purge(status, age, properties.batch()))));
            report("idempotency keys", inBatches(() -> store.consumedKeys()
                    .purge(properties.consumedAfter(), properties.batch())));
        }
    }

    private static void report(String what, long removed) {
        if (removed > 0) {
            log.info("{} old {} removed", removed, what);
        }
    }

    private long inBatches(IntSupplier batch) {
        long removed = 0;
        while (!Thread.currentThread().isInterrupted()) {
            long start = System.nanoTime();
            int now = batch.getAsInt();
            removed += now;
            if (now < properties.batch() || !pause(System.nanoTime() - start)) {
                break;
            }
        }
        return removed;
    }

    /** As long as the batch took, so that removing takes at most half of the time. */
    private static boolean pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void stop() {
        ScheduledExecutorService running = scheduler;
        if (running != null) {
            running.shutdownNow();
            scheduler = null;
        }
    }

    @Override
    public boolean isRunning() {
        return scheduler != null;
    }

    /** Before the stores' connections are closed. */
    @Override
    public int getPhase() {
        return 0;
    }
}
