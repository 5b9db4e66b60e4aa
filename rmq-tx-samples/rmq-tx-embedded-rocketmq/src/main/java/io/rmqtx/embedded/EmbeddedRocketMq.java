package io.rmqtx.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.rocketmq.broker.transaction.queue.TransactionalMessageServiceImpl;
import org.apache.rocketmq.broker.transaction.queue.TransactionalMessageUtil;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.MQVersion;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.constant.PermName;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.jspecify.annotations.Nullable;

/**
 * A RocketMQ name server and broker in this JVM, listening on 127.0.0.1 only.
 *
 * <p>Both keep their ports and the broker its store over any number of stops and starts, so that clients find them
 * again. Several instances can live in one JVM. All methods may be called from any thread; one that starts or stops
 * something returns when that is done.
 *
 * <p>Limits: one broker, no replicas, no access control, no proxy (gRPC clients), no timer messages; delay levels are
 * the {@linkplain Builder#retryDelays retry delays}. The classes of RocketMQ 5.5.0 are used from the inside: other
 * versions are not supported.
 */
public final class EmbeddedRocketMq implements AutoCloseable {

    static {
        // Before classes of RocketMQ read them. Without the version the name server ignores the broker's topics.
        ClientTuning.fastForTests();
        if (Runtime.version().feature() >= 24 && System.getProperty("io.netty.noUnsafe") == null) {
            // Netty 4.2 goes without Unsafe there, and RocketMQ's shutdown then fails.
            System.setProperty("io.netty.noUnsafe", "false");
        }
        System.setProperty(RemotingCommand.REMOTING_VERSION_KEY, Integer.toString(MQVersion.CURRENT_VERSION));
    }

    private final Path directory;
    private final boolean deleteDirectory;
    private final FaultSwitches faults = new FaultSwitches();
    private final NameServerNode nameServer;
    private final BrokerNode broker;
    private boolean closed;

    private EmbeddedRocketMq(Builder settings) throws IOException {
        deleteDirectory = settings.directory == null;
        directory = settings.directory == null
                ? Files.createTempDirectory("embedded-rocketmq")
                : Files.createDirectories(settings.directory).toAbsolutePath();
        int nameServerPort = settings.nameServerPort != 0 ? settings.nameServerPort : Ports.freeNameServerPort();
        int brokerPort = settings.brokerPort != 0 ? settings.brokerPort : Ports.freeBrokerPort();
        nameServer = new NameServerNode(directory, nameServerPort);
        broker = new BrokerNode(settings, directory, brokerPort, nameServer, faults);
    }

    /** Settings to start from; the defaults suit tests. */
    public static Builder builder() {
        return new Builder();
    }

    /** What a client's {@code setNamesrvAddr} takes: "127.0.0.1:port". The same over all restarts. */
    public String nameServerAddress() {
        return nameServer.address();
    }

    /** "127.0.0.1:port" of the broker. The same over all restarts. */
    public String brokerAddress() {
        return broker.address();
    }

    /** Creates a topic, or changes its number of queues, and waits until the name server tells clients of it. */
    public synchronized void createTopic(String topic, int queues) {
        int permission = PermName.PERM_READ | PermName.PERM_WRITE;
        broker.running().getTopicConfigManager().updateTopicConfig(new TopicConfig(topic, queues, queues, permission));
        broker.register(topic, queues);
    }

    /**
     * Creates a consumer group with its retry topic, so that a consumer learns both when it starts; else it notices a
     * retry topic that appears later only when it next polls its routes, after up to 30 s.
     */
    public synchronized void createConsumerGroup(String group) {
        SubscriptionGroupConfig config = new SubscriptionGroupConfig();
        config.setGroupName(group);
        broker.running().getSubscriptionGroupManager().updateSubscriptionGroupConfig(config);
        createTopic(MixAll.getRetryTopic(group), 1);
    }

    /** Faults for requests to the broker, and counters; they survive a restart of the broker. */
    public FaultSwitches faults() {
        return faults;
    }

    /** Stops the broker as an operator would: everything stored is on the disk. Nothing happens if it is stopped. */
    public synchronized void stopBroker() {
        broker.stop();
    }

    /** Starts the broker on its store and port, and waits for its route. Nothing happens if it is running. */
    public synchronized void startBroker() {
        requireOpen();
        broker.start();
    }

    /** True between a start and the next stop or kill. */
    public synchronized boolean isBrokerRunning() {
        return broker.isRunning();
    }

    /** Stops the broker, if it is running, and starts it. */
    public synchronized void restartBroker() {
        broker.stop();
        startBroker();
    }

    /** Stops the name server; clients and broker go on with the routes that they know. */
    public synchronized void stopNameServer() {
        nameServer.stop();
    }

    /** Starts the name server, empty, and has a running broker register its topics. */
    public synchronized void startNameServer() {
        requireOpen();
        nameServer.start();
        broker.registerAgain();
    }

    /**
     * A power cut. The broker is gone without telling the name server, and when it is started again it finds its store
     * as that was last flushed:
     *
     * <ul>
     *   <li>With asynchronous flush, the default, everything stored before the last {@link #flush()}, or before the
     *       broker was last started if that was later, is there. Every message, half message, COMMIT and ROLLBACK since
     *       then is lost, acknowledged or not. (A real broker flushes every 500 ms as well: here nothing is left to
     *       chance.)
     *   <li>With synchronous flush everything acknowledged is there.
     * </ul>
     *
     * <p>A half message that survives without its end is checked again, once the producer's next heartbeat (every 30 s
     * by default) has connected it to the broker. The positions of consumer groups at the broker fall back to those of
     * the last flush, with synchronous flush to those that the broker wrote last, at most five seconds before: messages
     * may be consumed again. Topics and groups survive always.
     *
     * <p>A consumer that runs through the cut keeps its own positions in memory. Where they lie behind the end of the
     * log that is left, it skips messages that are stored at those offsets afterwards, as with any broker that lost
     * acknowledged messages.
     */
    public synchronized void killBroker() {
        broker.kill();
    }

    /** Everything acknowledged so far is on the disk from now on, and survives {@link #killBroker()}. */
    public synchronized void flush() {
        broker.flush();
    }

    /**
     * Everything in the topic's queues, by queue and offset, read from the store and not through a consumer: half
     * messages do not show under their topic, messages in retry not under the original one. Includes all that was
     * acknowledged before the call.
     */
    public synchronized List<StoredMessage> messages(String topic) {
        return reader().messages(topic);
    }

    /** The number of messages in the topic, all queues; 0 if there is no such topic. */
    public synchronized long count(String topic) {
        return reader().count(topic);
    }

    /** The dead letters of a consumer group: {@code messages("%DLQ%group")}. */
    public List<StoredMessage> deadLetters(String consumerGroup) {
        return messages(MixAll.getDLQTopic(consumerGroup));
    }

    /**
     * Half messages that are neither committed nor rolled back nor given up after too many checks. May be off for a
     * moment while the broker makes its checks: wait for the number expected.
     */
    public synchronized long pendingHalfMessages() {
        StoreReader reader = reader();
        TransactionalMessageServiceImpl service =
                (TransactionalMessageServiceImpl) broker.running().getTransactionalMessageService();
        Map<Integer, Set<Long>> endedUnmarked = new HashMap<>();
        service.getDeleteContext()
                .forEach((queueId, context) -> context.getContextQueue().forEach(offset -> endedUnmarked
                        .computeIfAbsent(queueId, id -> new HashSet<>())
                        .add(Long.valueOf(offset.replace(TransactionalMessageUtil.OFFSET_SEPARATOR, "")))));
        long position = broker.running()
                .getConsumerOffsetManager()
                .queryOffset(
                        TransactionalMessageUtil.buildConsumerGroup(), TransactionalMessageUtil.buildHalfTopic(), 0);
        return reader.pendingHalfMessages(Map.of(0, Math.max(0, position)), endedUnmarked);
    }

    /** Stops both, and deletes the directory if it was a temporary one. No thread of theirs keeps the JVM alive. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        broker.stop();
        nameServer.stop();
        if (deleteDirectory) {
            try {
                Directories.delete(directory);
            } catch (IOException e) {
                throw new UncheckedIOException("could not delete " + directory + "; delete it by hand", e);
            }
        }
    }

    boolean isNameServerRunning() {
        return nameServer.isRunning();
    }

    private StoreReader reader() {
        return new StoreReader(broker.running().store());
    }

    private void requireOpen() {
        if (closed) {
            throw new EmbeddedRocketMqException("this instance is closed; start a new one with builder()");
        }
    }

    private void startBoth() {
        try {
            nameServer.start();
            broker.start();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The settings of an {@link EmbeddedRocketMq}; every method returns this builder. */
    public static final class Builder {

        @Nullable
        Path directory;

        Duration transactionTimeout = Duration.ofSeconds(1);
        Duration transactionCheckInterval = Duration.ofMillis(500);
        int transactionCheckMax = 15;
        List<Duration> retryDelays = List.of(Duration.ofSeconds(1));
        boolean synchronousFlush;
        boolean autoCreateTopics = true;
        int maxMessageSize = 4 << 20;
        int nameServerPort;
        int brokerPort;
        String brokerName = "broker-a";
        Consumer<BrokerConfig> brokerCustomizer = config -> {};
        Consumer<MessageStoreConfig> storeCustomizer = config -> {};

        private Builder() {}

        /** Where everything is kept, also after {@code close()}. Default: a temporary directory, deleted on close. */
        public Builder directory(Path dir) {
            directory = dir;
            return this;
        }

        /** The age at which a half message is checked first. Default: 1 s (in production 6 s). */
        public Builder transactionTimeout(Duration timeout) {
            transactionTimeout = Checks.positive("transactionTimeout", timeout);
            return this;
        }

        /** The time between two rounds of checks. Default: 500 ms (in production 30 s). */
        public Builder transactionCheckInterval(Duration interval) {
            transactionCheckInterval = Checks.positive("transactionCheckInterval", interval);
            return this;
        }

        /** The number of checks after which the broker gives a half message up. Default: 15. */
        public Builder transactionCheckMax(int checks) {
            transactionCheckMax = Checks.atLeast("transactionCheckMax", 1, checks);
            return this;
        }

        /**
         * The broker's delay levels, 1 to 18 of them in whole seconds, the last one repeated up to level 18; zero is
         * allowed. Default: all 1 s. A consumer's first retry uses level 3, the next one level 4, and so on.
         */
        public Builder retryDelays(Duration... delays) {
            retryDelays = Checks.delayLevels(Arrays.asList(delays));
            return this;
        }

        /** Whether a send is answered only when it is on the disk. Default: false. */
        public Builder synchronousFlush(boolean synchronous) {
            synchronousFlush = synchronous;
            return this;
        }

        /** Whether a send to an unknown topic creates it. Default: true. */
        public Builder autoCreateTopics(boolean create) {
            autoCreateTopics = create;
            return this;
        }

        /** The largest message that the broker takes. Default: 4 MiB. */
        public Builder maxMessageSize(int bytes) {
            maxMessageSize = Checks.atLeast("maxMessageSize", 1024, bytes);
            return this;
        }

        /** Default: 0, a free one. */
        public Builder nameServerPort(int port) {
            nameServerPort = Checks.port("nameServerPort", port);
            return this;
        }

        /** The broker listens on this port and on the one 2 below. Default: 0, a free pair. */
        public Builder brokerPort(int port) {
            brokerPort = Checks.port("brokerPort", port);
            return this;
        }

        /** Default: broker-a. */
        public Builder brokerName(String name) {
            brokerName = name;
            return this;
        }

        /** Changes the broker's settings last, before each start of the broker. */
        public Builder customizeBroker(Consumer<BrokerConfig> customizer) {
            brokerCustomizer = brokerCustomizer.andThen(customizer);
            return this;
        }

        /** Changes the store's settings last, before each start of the broker. */
        public Builder customizeStore(Consumer<MessageStoreConfig> customizer) {
            storeCustomizer = storeCustomizer.andThen(customizer);
            return this;
        }

        /**
         * Starts name server and broker, 1 to 4 seconds the first time in a JVM, and waits until clients can use them.
         *
         * @throws EmbeddedRocketMqException if one of them does not start; it says what to do
         */
        public EmbeddedRocketMq start() {
            EmbeddedRocketMq started;
            try {
                started = new EmbeddedRocketMq(this);
            } catch (IOException e) {
                throw new EmbeddedRocketMqException(
                        "could not create the directory "
                                + (directory == null ? "for temporary files" : directory)
                                + "; choose a writable one with directory(Path)",
                        e);
            }
            started.startBoth();
            return started;
        }
    }
}
