package io.rmqtx.consumer;

import io.rmqtx.ClusterRequirement;
import io.rmqtx.RmqTxConfigurationException;
import java.time.Duration;
import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer of one group. It starts while broker or name server are away, and consumes once they are there. Without a
 * broker the client starts, and asks for routes and sends heartbeats by itself, in its own intervals (30 s by default).
 * Without a name server its start throws and it cannot be started again (5.5.0): a fresh one is tried in the background.
 */
final class ListenerContainer {

    private static final Logger log = LoggerFactory.getLogger(ListenerContainer.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final ListenerGroup group;
    private final ConsumerClientFactory clients;
    private final MessageConsumption consumption;
    private final Duration shutdownWait;

    private @Nullable DefaultMQPushConsumer consumer;
    private @Nullable DeliveryListener listener;
    private @Nullable Thread starter;
    private @Nullable Thread asker;
    private boolean running;

    ListenerContainer(
            ListenerGroup group, ConsumerClientFactory clients, MessageConsumption consumption, Duration shutdownWait) {
        this.group = group;
        this.clients = clients;
        this.consumption = consumption;
        this.shutdownWait = shutdownWait;
    }

    List<ClusterRequirement> requirements() {
        // A customizer has the last word about the namespace, and is given clients of the kind that will run.
        return group.requirements(new ClientInternals(clients.create(group.name()))::wireName);
    }

    /**
     * Starts, now or in the background.
     *
     * @throws RmqTxConfigurationException if the broker refuses this consumer, or its certificate is not trusted
     */
    synchronized void start() {
        if (running) {
            return;
        }
        running = true;
        if (!tryStart()) {
            starter = background("rmq-tx-start-", this::keepStarting);
        }
    }

    private Thread background(String prefix, Runnable task) {
        Thread thread = new Thread(task, prefix + group.name());
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void keepStarting() {
        Duration pause = FIRST_PAUSE;
        try {
            do {
                Thread.sleep(pause.toMillis());
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            } while (!startedOrStopped());
        } catch (InterruptedException e) {
            log.debug("The start of consumer group '{}' was given up: the container is stopped.", group.name());
        }
    }

    private synchronized boolean startedOrStopped() {
        try {
            return !running || tryStart();
        } catch (RmqTxConfigurationException e) {
            log.error("Consumer group '{}' cannot start: {}", group.name(), e.getMessage());
            return false;
        }
    }

    private boolean tryStart() {
        DefaultMQPushConsumer client = configured();
        DeliveryListener deliveries = new DeliveryListener(client, consumption);
        client.registerMessageListener(deliveries);
        try {
            clients.beforeStart(client);
            for (var subscription : group.subscriptions().entrySet()) {
                client.subscribe(subscription.getKey(), subscription.getValue());
            }
            client.start();
            GroupAccess access = new GroupAccess(new ClientInternals(client), group);
            if (!access.check()) {
                asker = background("rmq-tx-access-", access::keepAsking);
            }
        } catch (RmqTxConfigurationException e) {
            client.shutdown();
            throw e;
        } catch (MQClientException | RuntimeException e) {
            log.warn(
                    "Consumer group '{}' could not start with name server '{}'; it is tried again in the background: {}",
                    group.name(),
                    client.getNamesrvAddr(),
                    LogText.of(e));
            log.debug("The failed start's stack trace:", e);
            client.shutdown();
            return false;
        }
        consumer = client;
        listener = deliveries;
        warnIfNothingIsThere(client);
        return true;
    }

    private DefaultMQPushConsumer configured() {
        DefaultMQPushConsumer client = clients.create(group.name());
        client.setConsumeMessageBatchMaxSize(1);
        client.setConsumeThreadMin(group.threads());
        client.setConsumeThreadMax(group.threads());
        client.setMaxReconsumeTimes(group.maxAttempts());
        client.setAwaitTerminationMillisWhenShutdown(shutdownWait.toMillis());
        // Of a new group only; otherwise what was published before its first start would be lost to it.
        client.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        return client;
    }

    private void warnIfNothingIsThere(DefaultMQPushConsumer client) {
        ClientInternals internals = new ClientInternals(client);
        List<String> unknown = group.subscriptions().keySet().stream()
                .filter(topic -> !internals.hasRoute(topic))
                .toList();
        if (unknown.isEmpty()) {
            log.info("Consumer group '{}' consumes {}.", group.name(), group.subscriptions());
        } else {
            log.warn(
                    "Consumer group '{}' is started, but name server '{}' gives no route for {}: the name server or the"
                            + " broker is away, or the topic does not exist yet. It consumes as soon as there is one.",
                    group.name(),
                    client.getNamesrvAddr(),
                    unknown);
        }
    }

    /** Waits for listeners that are running, up to the configured time. */
    void stop() {
        DefaultMQPushConsumer client;
        synchronized (this) {
            running = false;
            if (starter != null) {
                starter.interrupt();
                starter = null;
            }
            if (asker != null) {
                asker.interrupt();
                asker = null;
            }
            if (listener != null) {
                listener.stopping();
            }
            client = consumer;
            consumer = null;
            listener = null;
        }
        if (client != null) {
            client.shutdown();
        }
    }
}
