package io.rmqtx.transport;

import io.rmqtx.ClusterRequirement;
import io.rmqtx.ClusterRequirement.Kind;
import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageSendException;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.CheckBackHandler;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.RocketMqClientSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.rocketmq.client.Validators;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.remoting.RPCHook;
import org.jspecify.annotations.Nullable;

/** Half messages over RocketMQ's remoting client. */
final class RocketMqHalfMessageTransport implements HalfMessageTransport {

    /** The broker's limit of a message's properties, in bytes, less room for what the broker adds. */
    private static final int MAX_PROPERTIES = Short.MAX_VALUE - 1024;

    /** In UTF-8; what takes four bytes has two chars. */
    private static final int MAX_BYTES_OF_CHAR = 3;

    private final RocketMqClientSettings settings;
    private final TransportProperties properties;
    private final Duration requestTimeout;
    private final ScheduledExecutorService connector =
            Executors.newSingleThreadScheduledExecutor(ProducerClient.daemons("rmqtx-connect-"));
    private volatile @Nullable ProducerClient client;

    RocketMqHalfMessageTransport(
            RocketMqClientSettings settings, TransportProperties properties, ClientProperties clientProperties) {
        this.settings = settings;
        this.properties = properties;
        this.requestTimeout = clientProperties.requestTimeout();
    }

    @Override
    public void start(Set<String> topics, CheckBackHandler checkBacks) {
        RPCHook accessHook = settings.accessHook();
        DefaultMQProducer producer = producer(accessHook);
        producer.setMaxMessageSize(Math.toIntExact(properties.maxMessageSize().toBytes()));
        settings.beforeStart(producer);
        ProducerClient started =
                new ProducerClient(producer, accessHook, topics, checkBacks, properties, requestTimeout, connector);
        try {
            started.start();
        } catch (RuntimeException e) {
            started.stop();
            throw e;
        }
        client = started;
    }

    /** One that is not started. */
    private DefaultMQProducer producer(@Nullable RPCHook accessHook) {
        DefaultMQProducer producer = new DefaultMQProducer(group(), accessHook);
        // A broker that does not answer is left out for a while; otherwise every second call would run into it.
        producer.setSendLatencyFaultEnable(true);
        settings.apply(producer);
        return producer;
    }

    @Override
    public void stop() {
        ProducerClient running = client;
        if (running != null) {
            running.finishCheckBacks(); // while they can still tell the broker
            client = null;
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
        long limit = properties.maxMessageSize().toBytes();
        if (message.body().length == 0) {
            throw new InvalidMessageException(
                    "Message for topic '" + message.topic()
                            + "' has an empty body, which RocketMQ refuses. Send a payload. Nothing was written, or it is rolled back.");
        }
        if (message.body().length > limit) {
            throw new InvalidMessageException("Message for topic '" + message.topic() + "' has a body of "
                    + message.body().length + " bytes, above the limit of " + limit
                    + " (rmq-tx.transport.max-message-size, and maxMessageSize of the broker). Send a reference to the"
                    + " data instead, or raise both limits. Nothing was written, or it is rolled back.");
        }
    }

    @Override
    public HalfMessage sendHalf(OutgoingMessage message, String storeId, Duration timeout) {
        checkMessage(message);
        ProducerClient running = running(message.topic());
        Message half = running.prepare(toRocketMq(message, storeId));
        String properties = MessageDecoder.messageProperties2String(half.getProperties());
        checkSize(properties, message);
        return running.sender.send(message, half, properties, timeout);
    }

    private static void checkSize(String properties, OutgoingMessage message) {
        if (properties.length() <= MAX_PROPERTIES / MAX_BYTES_OF_CHAR) {
            return;
        }
        int size = properties.getBytes(StandardCharsets.UTF_8).length;
        if (size > MAX_PROPERTIES) {
            throw new InvalidMessageException("Message for topic '" + message.topic() + "' has headers of " + size
                    + " bytes, above RocketMQ's limit of " + MAX_PROPERTIES
                    + ". Move them into the payload. Nothing was written, or it is rolled back.");
        }
    }

    private static Message toRocketMq(OutgoingMessage message, String storeId) {
        Message half = new Message(message.topic(), message.body());
        for (Map.Entry<String, String> header : message.headers().entrySet()) {
            half.putUserProperty(header.getKey(), header.getValue());
        }
        String id = message.id().value();
        half.putUserProperty(MessageHeaders.MESSAGE_ID, id);
        half.putUserProperty(MessageHeaders.STORE_ID, storeId);
        String key = message.key();
        if (key == null) {
            half.setKeys(id);
        } else {
            half.setKeys(id + MessageConst.KEY_SEPARATOR + key);
            half.putUserProperty(MessageHeaders.KEY, key);
        }
        if (message.tag() != null) {
            half.setTags(message.tag());
        }
        return half;
    }

    @Override
    public CompletionStage<EndOutcome> end(HalfMessage half, Decision decision) {
        ProducerClient running = client;
        if (running == null) {
            return CompletableFuture.completedFuture(EndOutcome.NOT_SENT);
        }
        return running.ender.end((HalfCoordinates) half, decision);
    }

    @Override
    public Visibility visible(String topic, String messageId, Instant createdAt) {
        ProducerClient running = client;
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
        DefaultMQProducer producer = producer(settings.accessHook()); // a customizer may change the namespace
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

    private ProducerClient running(String topic) {
        ProducerClient running = client;
        if (running == null) {
            throw new MessageSendException(
                    "Message for topic '" + topic
                            + "' was not sent: the producer is not started. Nothing was written, or it is rolled back.",
                    null);
        }
        return running;
    }
}
