package io.rmqtx.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.MQVersion;
import org.apache.rocketmq.common.MixAll;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.jspecify.annotations.Nullable;

/**
 * A RocketMQ name server and one broker, or several, in this JVM, listening on 127.0.0.1 only.
 *
 * <p>They keep their ports, and brokers their stores, over any number of stops and starts, so that clients find them
 * again. Several instances can live in one JVM. All methods may be called from any thread; one that starts or stops
 * something returns when that is done.
 *
 * <p>With {@linkplain Builder#brokers several brokers} the methods of this class mean all of them, where that makes
 * sense, and refuse where it does not; each one is at {@link #broker(String)}.
 *
 * <p>Limits: no replicas, no proxy (gRPC clients), timer messages only where they are
 * {@linkplain Builder#timerMessages switched on}; delay levels are the {@linkplain Builder#retryDelays retry delays}. The
 * classes of RocketMQ 5.5.0 are used from the inside: other versions are not supported.
 */
public final class EmbeddedRocketMq implements AutoCloseable {

    /** The cluster's name, which rights can be granted on. */
    public static final String CLUSTER = "EmbeddedCluster";

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
    private final NameServerNode nameServer;
    private final List<EmbeddedBroker> brokers;
    private boolean closed;

    private EmbeddedRocketMq(Builder settings) throws IOException {
        deleteDirectory = settings.directory == null;
        directory = settings.directory == null
                ? Files.createTempDirectory("embedded-rocketmq")
                : Files.createDirectories(settings.directory).toAbsolutePath();
        int nameServerPort = settings.nameServerPort != 0 ? settings.nameServerPort : Ports.freeNameServerPort();
        nameServer = new NameServerNode(directory, nameServerPort, settings.encryption);
        List<EmbeddedBroker> made = new ArrayList<>();
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < settings.brokers; i++) {
            String name = settings.brokers == 1 ? settings.brokerName : "broker-" + (char) ('a' + i);
            int port = settings.brokerPort != 0 ? settings.brokerPort : Ports.freeBrokerPort(ports);
            Path home = settings.brokers == 1 ? directory : directory.resolve(name);
            made.add(new EmbeddedBroker(
                    new BrokerNode(settings, name, home, port, nameServer, new FaultSwitches()), this));
        }
        brokers = List.copyOf(made);
    }

    /** Settings to start from; the defaults suit tests. */
    public static Builder builder() {
        return new Builder();
    }

    /** What a client's {@code setNamesrvAddr} takes: "127.0.0.1:port". The same over all restarts. */
    public String nameServerAddress() {
        return nameServer.address();
    }

    /** "127.0.0.1:port" of the only broker. The same over all restarts. */
    public String brokerAddress() {
        return only().address();
    }

    /** The brokers, in the order of their names. */
    public List<EmbeddedBroker> brokers() {
        return brokers;
    }

    /** The broker of that name: "broker-a", "broker-b" and so on where there are several. */
    public EmbeddedBroker broker(String name) {
        return brokers.stream()
                .filter(broker -> broker.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new EmbeddedRocketMqException("there is no broker '" + name + "', only "
                        + brokers.stream().map(EmbeddedBroker::name).toList()));
    }

    /** Creates a topic on each broker, or changes its number of queues, and waits until clients can learn of it. */
    public synchronized void createTopic(String topic, int queues) {
        brokers.forEach(broker -> broker.createTopic(topic, queues));
    }

    /**
     * Creates a consumer group with its retry topic on each broker, so that a consumer learns both when it starts; else
     * it notices a retry topic that appears later only when it next polls its routes, after up to 30 s.
     */
    public synchronized void createConsumerGroup(String group) {
        brokers.forEach(broker -> broker.createConsumerGroup(group));
    }

    /** Faults for requests to the only broker, and counters; they survive a restart of the broker. */
    public FaultSwitches faults() {
        return only().faults();
    }

    /** Stops each broker as an operator would: everything stored is on the disk. What is stopped stays so. */
    public synchronized void stopBroker() {
        brokers.forEach(EmbeddedBroker::stop);
    }

    /** Starts each broker that is not running on its store and port, and waits for its route. */
    public synchronized void startBroker() {
        brokers.forEach(EmbeddedBroker::start);
    }

    /** Whether all brokers are running: true between a start and the next stop or kill. */
    public synchronized boolean isBrokerRunning() {
        return brokers.stream().allMatch(EmbeddedBroker::isRunning);
    }

    /** Stops the brokers that are running, and starts all. */
    public synchronized void restartBroker() {
        stopBroker();
        startBroker();
    }

    /** Stops the name server; clients and broker go on with the routes that they know. */
    public synchronized void stopNameServer() {
        nameServer.stop();
    }

    /** Starts the name server, empty, and has running brokers register their topics. */
    public synchronized void startNameServer() {
        requireOpen();
        nameServer.start();
        brokers.forEach(EmbeddedBroker::registerAgain);
    }

    /**
     * A power cut, at all brokers if there are several. The broker is gone without telling the name server, and when it is started again it finds its store
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
        brokers.forEach(EmbeddedBroker::kill);
    }

    /** Everything acknowledged so far is on the disk from now on, and survives {@link #killBroker()}. */
    public synchronized void flush() {
        brokers.forEach(EmbeddedBroker::flush);
    }

    /**
     * Everything in the topic's queues, by broker, queue and offset, read from the store and not through a consumer:
     * half messages do not show under their topic, messages in retry not under the original one, timer messages not before
     * their time. Includes all that was acknowledged before the call. All brokers must be running.
     */
    public synchronized List<StoredMessage> messages(String topic) {
        return brokers.stream()
                .flatMap(broker -> broker.messages(topic).stream())
                .toList();
    }

    /** The number of messages in the topic, all queues; 0 if there is no such topic. All brokers must be running. */
    public synchronized long count(String topic) {
        return brokers.stream().mapToLong(broker -> broker.count(topic)).sum();
    }

    /** The dead letters of a consumer group: {@code messages("%DLQ%group")}. */
    public List<StoredMessage> deadLetters(String consumerGroup) {
        return messages(MixAll.getDLQTopic(consumerGroup));
    }

    /**
     * Half messages that are neither committed nor rolled back nor given up after too many checks. May be off for a
     * moment while the broker makes its checks: wait for the number expected. All brokers must be running.
     */
    public synchronized long pendingHalfMessages() {
        return brokers.stream().mapToLong(EmbeddedBroker::pendingHalfMessages).sum();
    }

    /** Stops all, and deletes the directory if it was a temporary one. No thread of theirs keeps the JVM alive. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopBroker();
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

    void requireOpen() {
        if (closed) {
            throw new EmbeddedRocketMqException("this instance is closed; start a new one with builder()");
        }
    }

    private EmbeddedBroker only() {
        if (brokers.size() > 1) {
            throw new EmbeddedRocketMqException(
                    "there are " + brokers.size() + " brokers; say which one, as in broker(\"broker-a\")");
        }
        return brokers.get(0);
    }

    private void startAll() {
        try {
            nameServer.start();
            startBroker();
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
        int transactionCheckMax = 240;
        List<Duration> retryDelays = List.of(Duration.ofSeconds(1));
        boolean synchronousFlush;
        boolean timerMessages;
        boolean autoCreateTopics = true;
        boolean autoCreateGroups = true;
        int maxMessageSize = 4 << 20;
        int nameServerPort;
        int brokerPort;
        String brokerName = "broker-a";
        int brokers = 1;

        @Nullable
        String superUser;

        String superUserSecret = "";
        Encryption encryption = Encryption.off();
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

        /**
         * The number of checks after which the broker gives a half message up. Default: 240, which with the interval is
         * two minutes (in production 15, which is seven and a half).
         */
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

        /**
         * Switches RocketMQ 5's timer messages on: one that is sent with {@code Message.setDeliverTimeMs},
         * {@code setDelayTimeMs} or {@code setDelayTimeSec}, at most three days ahead, is put into its topic when its time
         * has come, never earlier, and within 200 ms unless the machine is busy. Neither half messages nor batches can
         * wait so: RocketMQ's client refuses. Default: off; the broker refuses such messages.
         *
         * <p>They survive a stop, and a {@linkplain EmbeddedRocketMq#killBroker() power cut} like other messages; what
         * became due meanwhile is delivered after the start. One that becomes due in the very moment of a stop may be
         * delivered twice. Takes 80 MB of memory for each broker.
         */
        public Builder timerMessages() {
            timerMessages = true;
            return this;
        }

        /** Whether a send to an unknown topic creates it. Default: true. */
        public Builder autoCreateTopics(boolean create) {
            autoCreateTopics = create;
            return this;
        }

        /** Whether a consumer of an unknown group creates it. Default: true. */
        public Builder autoCreateConsumerGroups(boolean create) {
            autoCreateGroups = create;
            return this;
        }

        /**
         * Switches authentication and authorization on (RocketMQ's "ACL 2.0"), with this user, who may do everything.
         * All others, and what they may do, are created through RocketMQ's admin API with this user's credentials. Each
         * broker keeps users and rights of its own. The name server knows no access control.
         */
        public Builder accessControl(String accessKey, String secretKey) {
            superUser = Checks.credential("accessKey", accessKey);
            superUserSecret = Checks.credential("secretKey", secretKey);
            return this;
        }

        /**
         * Has name server and brokers refuse connections that are not encrypted.
         *
         * @param certificate the servers' certificate, with the ones that signed it, as PEM
         * @param key its private key, PKCS#8 as PEM, without a password
         */
        public Builder encryption(Path certificate, Path key) {
            encryption = Encryption.with(certificate, key, null);
            return this;
        }

        /**
         * Has name server and brokers refuse connections that are not encrypted, and clients without a certificate
         * that {@code clientAuthority} signed. (The brokers show their own certificate to the name server.)
         */
        public Builder encryption(Path certificate, Path key, Path clientAuthority) {
            encryption = Encryption.with(certificate, key, clientAuthority);
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

        /** The only broker listens on this port and on the one 2 below. Default: 0, a free pair. */
        public Builder brokerPort(int port) {
            brokerPort = Checks.port("brokerPort", port);
            return this;
        }

        /**
         * How many masters to start, 1 to 26: "broker-a", "broker-b" and so on, each with a store, ports and
         * {@linkplain EmbeddedBroker#faults faults} of its own. Several of them choose name and port themselves.
         * Default: 1.
         */
        public Builder brokers(int number) {
            brokers = Checks.between("brokers", 1, 26, number);
            return this;
        }

        /** The name of the only broker. Default: broker-a. */
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
         * Starts name server and brokers, 1 to 4 seconds the first time in a JVM, and waits until clients can use them.
         *
         * @throws EmbeddedRocketMqException if one of them does not start; it says what to do
         */
        public EmbeddedRocketMq start() {
            if (brokers > 1 && (brokerPort != 0 || !brokerName.equals("broker-a"))) {
                throw new EmbeddedRocketMqException(
                        brokers + " brokers cannot share one name or port; leave brokerName and brokerPort out");
            }
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
            started.startAll();
            return started;
        }
    }
}
