package io.rmqtx.transport;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.CheckBackHandler;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.MQClientManager;
import org.apache.rocketmq.client.impl.factory.MQClientInstance;
import org.apache.rocketmq.client.impl.producer.DefaultMQProducerImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageClientIDSetter;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.remoting.RPCHook;
import org.apache.rocketmq.remoting.protocol.NamespaceUtil;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * One running producer with its check pool. It is known to the brokers of its topics from the start, sent to or not: a
 * restarted, idle producer would otherwise get no check-backs, and nobody else might be there to answer them.
 */
final class ProducerClient {

    private static final Logger log = LoggerFactory.getLogger(ProducerClient.class);

    /** How soon to try again while brokers are away. */
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    private static final Duration RECONNECT_AT_MOST = Duration.ofSeconds(10);

    private final DefaultMQProducer producer;
    private final @Nullable String namespace;
    private final MQClientInstance instance;
    private final ExecutorService checkPool;
    private final ScheduledExecutorService connector;
    private final Set<String> topics;
    private final GroupGuard guard;
    private final RightsCheck rights;
    private final Duration requestTimeout;
    private volatile boolean running = true;
    private @Nullable ScheduledFuture<?> remembering;

    final HalfMessageSender sender;
    final FinishedMessageSender finished;
    final HalfMessageEnder ender;
    final VisibilityQuery visibility;
    private final Routes routes;

    ProducerClient(
            DefaultMQProducer producer,
            @Nullable RPCHook accessHook,
            Set<String> topics,
            CheckBackHandler checkBacks,
            TransportProperties properties,
            Duration requestTimeout,
            ScheduledExecutorService connector) {
        this.producer = producer;
        this.topics = topics;
        this.connector = connector;
        this.requestTimeout = requestTimeout;
        this.checkPool = new ThreadPoolExecutor(
                properties.checkThreads(),
                properties.checkThreads(),
                0,
                TimeUnit.MILLISECONDS,
                new ArrayBlockingQueue<>(properties.checkQueue()),
                daemons("rmqtx-check-"));
        this.namespace = namespaceOf(producer);
        this.instance = MQClientManager.getInstance().getOrCreateMQClientInstance(producer, accessHook);
        // Before start(): from then on a check-back can come at any moment.
        instance.getMQClientAPIImpl()
                .getRemotingClient()
                .registerProcessor(
                        RequestCode.CHECK_TRANSACTION_STATE,
                        new CheckBackProcessor(checkBacks, checkPool, namespace),
                        null);
        BrokerRequests requests = new BrokerRequests(instance);
        DefaultMQProducerImpl implementation = implementationOf(producer);
        this.routes = new Routes(producer, implementation, instance);
        this.sender = new HalfMessageSender(producer, implementation, requests, routes);
        this.finished = new FinishedMessageSender(producer, implementation, requests, routes, connector);
        this.ender = new HalfMessageEnder(requests, routes, requestTimeout);
        this.visibility = new VisibilityQuery(
                requests, routes, new QueryRate(properties.checkQueriesPerSecond()), requestTimeout);
        this.guard = new GroupGuard(instance, producer);
        this.rights = new RightsCheck(requests, requestTimeout);
    }

    void start() {
        try {
            producer.start();
        } catch (MQClientException e) {
            throw new RmqTxConfigurationException(
                    "The RocketMQ producer of group '" + producer.getProducerGroup() + "' cannot start: "
                            + e.getErrorMessage(),
                    "Correct the settings below rmq-tx.client and rmq-tx.transport.",
                    e);
        }
        topics.forEach(topic -> routes.watch(withNamespace(topic)));
        boolean connected = connect();
        checkBrokers();
        if (!connected) {
            log.warn(
                    "No broker for topics {} can be reached through name server {}. Calls that send fail until one is"
                            + " there; connecting goes on in the background.",
                    topics,
                    producer.getNamesrvAddr());
            connectLater(RECONNECT);
        }
        long interval = producer.getPollNameServerInterval();
        remembering = connector.scheduleWithFixedDelay(this::rememberBrokers, 0, interval, TimeUnit.MILLISECONDS);
    }

    private void rememberBrokers() {
        try {
            topics.forEach(topic -> routes.remember(withNamespace(topic)));
        } catch (RuntimeException e) { // one that got out would end the schedule
            log.debug("The brokers of topics {} cannot be asked for now", topics, e);
        }
    }

    /** Refuses a group in which others live, and rights that are missing. */
    private void checkBrokers() {
        Set<String> all = new LinkedHashSet<>();
        for (String topic : topics) {
            String name = withNamespace(topic);
            List<String> masters = routes.masters(name);
            if (masters != null) {
                masters.forEach(broker -> rights.check(broker, name));
                all.addAll(masters);
            }
        }
        guard.check(all, requestTimeout);
    }

    /** True if the brokers of all topics are known, and know us. */
    private boolean connect() {
        boolean complete = true;
        for (String topic : topics) {
            complete &= routes.fetch(withNamespace(topic));
        }
        return instance.sendHeartbeatToAllBrokerWithLock() && complete;
    }

    private void connectLater(Duration pause) {
        ScheduledFuture<?> unused = connector.schedule(
                () -> {
                    if (!running) {
                        return;
                    }
                    try {
                        if (connect()) {
                            sayWhatIsWrong();
                            log.info("Connected to the brokers of topics {}", topics);
                            return;
                        }
                    } catch (RuntimeException e) {
                        log.debug("Connecting failed", e);
                    }
                    connectLater(
                            pause.multipliedBy(2).compareTo(RECONNECT_AT_MOST) < 0
                                    ? pause.multipliedBy(2)
                                    : RECONNECT_AT_MOST);
                },
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Too late to refuse the start; but it must be said. */
    private void sayWhatIsWrong() {
        try {
            checkBrokers();
        } catch (RmqTxConfigurationException e) {
            log.error("{}", e.getMessage());
        }
    }

    String withNamespace(String topic) {
        return namespace == null ? topic : NamespaceUtil.wrapNamespace(namespace, topic);
    }

    /** Makes it ready to travel. */
    Message prepare(Message message) {
        message.setTopic(withNamespace(message.getTopic()));
        if (namespace != null) {
            message.setInstanceId(namespace);
        }
        MessageClientIDSetter.setUniqID(message);
        return message;
    }

    /** Makes it ready to travel as a half message. */
    Message prepareHalf(Message half) {
        MessageAccessor.putProperty(half, MessageConst.PROPERTY_TRANSACTION_PREPARED, "true");
        MessageAccessor.putProperty(half, MessageConst.PROPERTY_PRODUCER_GROUP, producer.getProducerGroup());
        return prepare(half);
    }

    /** Takes no more check-backs, and waits for those that are being answered. */
    void finishCheckBacks() {
        checkPool.shutdown();
        try {
            if (!checkPool.awaitTermination(5, TimeUnit.SECONDS)) {
                checkPool.shutdownNow();
            }
        } catch (InterruptedException e) {
            checkPool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    void stop() {
        running = false;
        if (remembering != null) {
            remembering.cancel(false);
        }
        producer.shutdown();
        checkPool.shutdownNow();
    }

    /** The client-side namespace is deprecated in favour of one that only RocketMQ's proxy understands. */
    @SuppressWarnings("deprecation")
    private static @Nullable String namespaceOf(DefaultMQProducer producer) {
        String namespace = producer.getNamespace();
        return namespace == null || namespace.isEmpty() ? null : namespace;
    }

    /** Deprecated as not meant for users; queue selection and routes are to be had nowhere else. */
    @SuppressWarnings("deprecation")
    private static DefaultMQProducerImpl implementationOf(DefaultMQProducer producer) {
        return producer.getDefaultMQProducerImpl();
    }

    static CustomizableThreadFactory daemons(String prefix) {
        CustomizableThreadFactory factory = new CustomizableThreadFactory(prefix);
        factory.setDaemon(true);
        return factory;
    }
}
