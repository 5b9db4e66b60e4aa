package io.rmqtx.transport;

import io.rmqtx.ClusterRequirement;
import io.rmqtx.ClusterRequirement.Kind;
import io.rmqtx.MessageSendException;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.CheckBackHandler;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.RocketMqClientSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.rocketmq.client.Validators;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.remoting.RPCHook;
import org.jspecify.annotations.Nullable;

/** Half messages over RocketMQ's remoting client. */
final class RocketMqHalfMessageTransport implements HalfMessageTransport {

    private final RocketMqClientSettings settings;
    private final TransportProperties properties;
    private final Duration requestTimeout;
    private final ScheduledExecutorService connector =
            Executors.newSingleThreadScheduledExecutor(ProducerClient.daemons("rmqtx-connect-"));
    private final RunningProducer producer;

    RocketMqHalfMessageTransport(
            RocketMqClientSettings settings,
            TransportProperties properties,
            ClientProperties clientProperties,
            RunningProducer producer) {
        this.settings = settings;
        this.producer = producer;
        this.properties = properties;
        this.requestTimeout = clientProperties.requestTimeout();
    }

    @Override
    public void start(Set<String> topics, CheckBackHandler checkBacks) {
        RPCHook accessHook = settings.accessHook();
        DefaultMQProducer client = newClient(accessHook);
        client.setMaxMessageSize(Math.toIntExact(properties.maxMessageSize().toBytes()));
        settings.beforeStart(client);
        ProducerClient started =
                new ProducerClient(client, accessHook, topics, checkBacks, properties, requestTimeout, connector);
        try {
            started.start();
        } catch (RuntimeException e) {
            started.stop();
            throw e;
        }
        producer.set(started);
    }

    /** One that is not started. */
    private DefaultMQProducer newClient(@Nullable RPCHook accessHook) {
        DefaultMQProducer producer = new DefaultMQProducer(group(), accessHook);
        // A broker that does not answer is left out for a while; otherwise every second call would run into it.
        producer.setSendLatencyFaultEnable(true);
        settings.apply(producer);
        return producer;
    }

    @Override
    public void stop() {
        ProducerClient running = producer.client();
        if (running != null) {
            running.finishCheckBacks(); // while they can still tell the broker
            producer.set(null);
            running.stop();
        }
    }

    /** Ends what start and stop leave alone. */
    void close() {
        stop();
        connector.shutdownNow();
    }

    private String group() {
        String configured = properties.group();
        String group = configured == null || configured.isBlank() ? settings.application() + "-rmqtx" : configured;
        try {
            Validators.checkGroup(group);
        } catch (MQClientException e) {
            throw new RmqTxConfigurationException(
                    "'" + group + "' is no legal RocketMQ group name: " + e.getErrorMessage() + ".",
                    "Set rmq-tx.transport.group to letters, digits, '-' and '_', 120 characters at most.",
                    e);
        }
        return group;
    }

    @Override
    public void checkTopic(String topic) {
        try {
            Validators.checkTopic(topic);
            Validators.isNotAllowedSendTopic(topic);
            Validators.isSystemTopic(topic);
        } catch (MQClientException e) {
            throw new RmqTxConfigurationException(
                    "Topic '" + topic + "' is not allowed: " + e.getErrorMessage() + ".",
                    "Use letters, digits, '-', '_' and '%', 127 characters at most, and no system topic.",
                    e);
        }
        if (topic.startsWith("%")) {
            throw new RmqTxConfigurationException(
                    "Topic '" + topic + "' is not allowed: retry and dead-letter topics belong to the broker.",
                    "Send to a topic of your own.");
        }
    }

    @Override
    public void checkMessage(OutgoingMessage message) {
        MessageForm.check(message, properties.maxMessageSize());
    }

    @Override
    public HalfMessage sendHalf(OutgoingMessage message, String storeId, Duration timeout) {
        checkMessage(message);
        ProducerClient running = producer.client();
        if (running == null) {
            throw new MessageSendException(
                    "Message for topic '" + message.topic()
                            + "' was not sent: the producer is not started. Nothing was written, or it is rolled back.",
                    null);
        }
        Message half = running.prepareHalf(MessageForm.of(message, storeId));
        return running.sender.send(message, half, MessageForm.properties(half, message), timeout);
    }

    @Override
    public CompletionStage<EndOutcome> end(HalfMessage half, Decision decision) {
        ProducerClient running = producer.client();
        if (running == null) {
            return CompletableFuture.completedFuture(EndOutcome.NOT_SENT);
        }
        return running.ender.end((HalfCoordinates) half, decision);
    }

    @Override
    public Visibility visible(String topic, String messageId, Instant createdAt) {
        ProducerClient running = producer.client();
        return running == null
                ? Visibility.NOT_KNOWN
                : running.visibility.ask(running.withNamespace(topic), messageId, createdAt);
    }

    @Override
    @SuppressWarnings("deprecation") // The namespace that brokers understand; deprecated in favour of their proxy's.
    public List<ClusterRequirement> requirements(Set<String> topics) {
        List<ClusterRequirement> needed = new ArrayList<>();
        if (topics.isEmpty()) {
            return needed;
        }
        DefaultMQProducer producer = newClient(settings.accessHook()); // a customizer may change the namespace
        for (String topic : topics) {
            String name = producer.withNamespace(topic);
            needed.add(new ClusterRequirement(Kind.TOPIC, name, List.of(), "sent to"));
            needed.add(new ClusterRequirement(
                    Kind.RIGHT,
                    "Topic:" + name,
                    List.of("Pub", "Get"),
                    "send to it; ask whether a message is visible"));
        }
        needed.add(new ClusterRequirement(
                Kind.MADE_BY_BROKER, producer.withNamespace(group()), List.of(), "producer group"));
        return needed;
    }
}
