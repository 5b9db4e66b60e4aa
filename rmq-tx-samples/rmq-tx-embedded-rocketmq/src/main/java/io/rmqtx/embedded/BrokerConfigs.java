package io.rmqtx.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.auth.authentication.provider.DefaultAuthenticationProvider;
import org.apache.rocketmq.auth.authentication.provider.LocalAuthenticationMetadataProvider;
import org.apache.rocketmq.auth.authorization.provider.DefaultAuthorizationProvider;
import org.apache.rocketmq.auth.authorization.provider.LocalAuthorizationMetadataProvider;
import org.apache.rocketmq.auth.config.AuthConfig;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.remoting.netty.NettyClientConfig;
import org.apache.rocketmq.remoting.netty.NettyServerConfig;
import org.apache.rocketmq.store.config.FlushDiskType;
import org.apache.rocketmq.store.config.MessageStoreConfig;

/** The broker's settings: loopback only, few threads, small files. */
final class BrokerConfigs {

    private static final int RETRY_LEVELS = 18;
    private static final Duration MARK_INTERVAL = Duration.ofMillis(100);

    private static final AtomicInteger STARTS = new AtomicInteger();

    private BrokerConfigs() {}

    static BrokerConfig broker(
            EmbeddedRocketMq.Builder settings, String name, Path directory, int port, String nameServer) {
        BrokerConfig config = new BrokerConfig();
        config.setRocketmqHome(directory.toString());
        config.setNamesrvAddr(nameServer);
        config.setBrokerClusterName(EmbeddedRocketMq.CLUSTER);
        config.setBrokerName(name);
        config.setBrokerId(0);
        config.setBrokerIP1("127.0.0.1");
        config.setBrokerIP2("127.0.0.1");
        config.setListenPort(port);
        config.setAutoCreateTopicEnable(settings.autoCreateTopics);
        config.setAutoCreateSubscriptionGroup(settings.autoCreateGroups);
        config.setDefaultTopicQueueNums(4);
        config.setRegisterBrokerTimeoutMills(2_000);
        transactions(config, settings);
        fewThreads(config);
        settings.brokerCustomizer.accept(config);
        return config;
    }

    private static void transactions(BrokerConfig config, EmbeddedRocketMq.Builder settings) {
        config.setTransactionTimeOut(settings.transactionTimeout.toMillis());
        config.setTransactionCheckInterval(settings.transactionCheckInterval.toMillis());
        config.setTransactionCheckMax(settings.transactionCheckMax);
        // Must stay well below the time-out: what is ended but not yet marked so is checked, and delivered, again.
        long mark = Math.min(MARK_INTERVAL.toMillis(), Math.max(10, settings.transactionTimeout.toMillis() / 5));
        config.setTransactionOpBatchInterval((int) mark);
    }

    private static void fewThreads(BrokerConfig config) {
        config.setSendMessageThreadPoolNums(2);
        config.setPutMessageFutureThreadPoolNums(2);
        config.setPullMessageThreadPoolNums(4);
        config.setLitePullMessageThreadPoolNums(2);
        config.setAckMessageThreadPoolNums(1);
        config.setProcessReplyMessageThreadPoolNums(1);
        config.setQueryMessageThreadPoolNums(2);
        config.setAdminBrokerThreadPoolNums(2);
        config.setClientManageThreadPoolNums(2);
        config.setConsumerManageThreadPoolNums(2);
        config.setLoadBalanceProcessorThreadPoolNums(1);
        config.setHeartbeatThreadPoolNums(2);
        config.setEndTransactionThreadPoolNums(2);
        config.setRecoverThreadPoolNums(2);
        config.setReviveQueueNum(1);
        config.setPopPollingMapSize(1_000);
        config.setEnableDetailStat(false);
    }

    static MessageStoreConfig store(EmbeddedRocketMq.Builder settings, Path directory) {
        Path store = directory.resolve("store");
        MessageStoreConfig config = new MessageStoreConfig();
        config.setStorePathRootDir(store.toString());
        config.setStorePathCommitLog(store.resolve("commitlog").toString());
        config.setFlushDiskType(settings.synchronousFlush ? FlushDiskType.SYNC_FLUSH : FlushDiskType.ASYNC_FLUSH);
        config.setMessageDelayLevel(delayLevels(settings.retryDelays));
        config.setMaxMessageSize(settings.maxMessageSize);
        config.setMappedFileSizeCommitLog(Math.max(16 << 20, settings.maxMessageSize * 2));
        config.setMappedFileSizeConsumeQueue(20_000 * 20);
        config.setMaxHashSlotNum(10_000);
        config.setMaxIndexNum(40_000);
        timers(config, settings.timerMessages);
        config.setEnableCompaction(false);
        config.setDispatchCqThreads(1);
        config.setMaxOffsetMapSize(1 << 20);
        config.setFlushDelayOffsetInterval(1_000);
        // A build machine's disk is often nearly full; the broker would refuse messages from 75 % on.
        config.setDiskMaxUsedSpaceRatio(95);
        // After a power cut the whole log is read, not only its last ten files.
        config.setCommitLogRecoverMaxNum(Integer.MAX_VALUE);
        settings.storeCustomizer.accept(config);
        return config;
    }

    private static void timers(MessageStoreConfig config, boolean on) {
        config.setTimerWheelEnable(on);
        config.setTimerPrecisionMs(100);
        config.setTimerGetMessageThreadNum(1);
        config.setTimerPutMessageThreadNum(1);
        // RocketMQ drops a due message that it could not store three times, as on a busy machine.
        config.setTimerEnableRetryUntilSuccess(true);
        // Each flush, and each line of progress, reads 39 MB.
        config.setTimerFlushIntervalMs(5_000);
        config.setTimerProgressLogIntervalMs(Integer.MAX_VALUE);
        config.setTimerEnableCheckMetrics(false);
        config.setMappedFileSizeTimerLog(16 << 20);
    }

    /** Eighteen levels, as many as the broker's own, for the retries are counted through them. */
    static String delayLevels(List<Duration> delays) {
        List<String> levels = new ArrayList<>();
        for (int level = 0; level < RETRY_LEVELS; level++) {
            Duration delay = delays.get(Math.min(level, delays.size() - 1));
            levels.add(delay.toSeconds() + "s");
        }
        return String.join(" ", levels);
    }

    static NettyServerConfig server(int port) {
        NettyServerConfig config = new NettyServerConfig();
        config.setBindAddress("127.0.0.1");
        config.setListenPort(port);
        config.setServerWorkerThreads(2);
        config.setServerSelectorThreads(1);
        config.setServerCallbackExecutorThreads(1);
        return config;
    }

    static NettyClientConfig client(Encryption encryption) {
        NettyClientConfig config = new NettyClientConfig();
        config.setUseTLS(encryption.isOn());
        config.setClientWorkerThreads(1);
        config.setClientCallbackExecutorThreads(1);
        return config;
    }

    static AuthConfig accessControl(EmbeddedRocketMq.Builder settings, BrokerConfig broker, Path directory) {
        AuthConfig config = new AuthConfig();
        // RocketMQ keeps what it made for a name as long as the JVM lives, also when the broker is gone.
        config.setConfigName(broker.getBrokerName() + "-" + STARTS.incrementAndGet());
        config.setClusterName(broker.getBrokerClusterName());
        config.setAuthConfigPath(directory.resolve("store/auth").toString());
        if (settings.superUser != null) {
            config.setAuthenticationEnabled(true);
            config.setAuthenticationProvider(DefaultAuthenticationProvider.class.getName());
            config.setAuthenticationMetadataProvider(LocalAuthenticationMetadataProvider.class.getName());
            config.setAuthorizationEnabled(true);
            config.setAuthorizationProvider(DefaultAuthorizationProvider.class.getName());
            config.setAuthorizationMetadataProvider(LocalAuthorizationMetadataProvider.class.getName());
            config.setInitAuthenticationUser(
                    json("username", settings.superUser, "password", settings.superUserSecret));
            config.setInnerClientAuthenticationCredentials(
                    json("accessKey", settings.superUser, "secretKey", settings.superUserSecret));
        }
        return config;
    }

    private static String json(String firstName, String first, String secondName, String second) {
        return "{\"" + firstName + "\":\"" + first + "\",\"" + secondName + "\":\"" + second + "\"}";
    }
}
