package io.rmqtx.relay;

import io.rmqtx.spi.Backlog.OrderKey;
import io.rmqtx.spi.DeliveryTime;
import io.rmqtx.spi.MessageTransport;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RmqTxListener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/** The parts of a relay and their threads, from its start to its stop. */
final class RunningRelay {

    private static final Logger log = LoggerFactory.getLogger(RunningRelay.class);

    /** For what became of the last messages, after everything else has ended. */
    private static final Duration TO_WRITE_DOWN = Duration.ofSeconds(2);

    private final RmqTxListener events;
    private final RelayProperties properties;
    private final Budget freshBudget;
    private final Budget claimedBudget;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(threads("rmqtx-relay-write-"));
    private final ScheduledThreadPoolExecutor keyThreads;
    private final Dispatch dispatch;
    private final Reconciler reconciler;
    private final KeyWorkers keyWorkers;
    private final Poller poller;
    private final Thread dispatchThread;
    private final Thread reconcileThread;
    private final Thread pollThread;
    private volatile boolean stopping;

    RunningRelay(
            ReliableStores stores,
            MessageTransport transport,
            PublishedMarker marker,
            RmqTxListener events,
            RelayProperties properties) {
        this.events = events;
        this.properties = properties;
        this.freshBudget =
                new Budget(properties.queueMessages(), properties.queueSize().toBytes());
        // Twice what is claimed at once: while one half is being sent, the other is claimed.
        this.claimedBudget = new Budget(
                2 * properties.claimMessages(), 2 * properties.claimSize().toBytes());
        this.keyThreads = new ScheduledThreadPoolExecutor(properties.orderedThreads(), threads("rmqtx-ordered-"));
        long owner = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        TopicHealth health = new TopicHealth();
        Outcomes outcomes = new Outcomes(marker, events, properties, writer);
        this.dispatch = new Dispatch(transport, health, outcomes, properties);
        this.reconciler = new Reconciler(transport, dispatch, outcomes, properties);
        this.keyWorkers = new KeyWorkers(
                new KeyPublisher(transport, health, marker, outcomes, properties, owner), health, keyThreads);
        this.poller = new Poller(
                stores, dispatch, reconciler, keyWorkers, outcomes, health, properties, claimedBudget, owner);
        this.dispatchThread = thread("rmqtx-dispatch", dispatch);
        this.reconcileThread = thread("rmqtx-reconcile", reconciler);
        this.pollThread = thread("rmqtx-relay", poller);
    }

    private static ThreadFactory threads(String prefix) {
        CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
        factory.setDaemon(true);
        return factory;
    }

    void start() {
        dispatchThread.start();
        reconcileThread.start();
        pollThread.start();
    }

    private static Thread thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    void committed(ReliableStore store, List<OutgoingMessage> messages, long sinceNanos) {
        long deadline = sinceNanos
                + properties.dispatchLease().minus(properties.margin()).toNanos();
        for (OutgoingMessage message : messages) {
            DeliveryTime time = message.deliveryTime();
            if (stopping || (time != null && time.isFarAway())) {
                continue; // in its table, until it is due
            }
            if (message.orderKey() != null) {
                keyWorkers.committed(store, new OrderKey(message.topic(), message.orderKey()));
            } else if (freshBudget.tryTake(Parcel.bytesOf(message))) {
                dispatch.add(new Parcel(store, message, 0, deadline, 0, freshBudget));
            } else {
                events.dispatchOverflowed(message.id().value());
            }
        }
    }

    void wake(ReliableStore store, @Nullable OrderKey orderKey) {
        if (orderKey != null) {
            keyWorkers.due(store, orderKey);
        }
        poller.wake();
    }

    /** Takes in nothing more, sends what is in memory for a bounded time, and ends the threads. */
    void stop() {
        stopping = true;
        poller.stop();
        keyWorkers.stop();
        keyThreads.shutdown();
        long deadline = System.nanoTime() + properties.shutdownWait().toNanos();
        try {
            join(pollThread, deadline); // what it is just claiming is part of what is in memory
            boolean done = freshBudget.awaitAll(deadline - System.nanoTime())
                    && claimedBudget.awaitAll(deadline - System.nanoTime())
                    && keyThreads.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (!done) {
                log.warn(
                        "Not everything in memory could be published within {} [rmq-tx.relay.shutdown-wait]; it is in its"
                                + " table, for another instance or the next start",
                        properties.shutdownWait());
            }
            reconciler.stop();
            dispatch.stop();
            keyThreads.shutdownNow();
            long last = System.nanoTime() + TO_WRITE_DOWN.toNanos();
            join(reconcileThread, last);
            join(dispatchThread, last);
            writer.shutdown();
            boolean unused = writer.awaitTermination(last - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reconciler.stop();
            dispatch.stop();
            keyThreads.shutdownNow();
            writer.shutdown();
        }
    }

    private static void join(Thread thread, long deadline) throws InterruptedException {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
    }
}
