package io.rmqtx.embedded;

/** What makes RocketMQ's clients start and stop quickly, which tests need and production does not. */
public final class ClientTuning {

    private ClientTuning() {}

    /**
     * Sets {@code rocketmq.client.rebalance.waitInterval=1000} and {@code rocketmq.client.rebalance.minInterval=100}
     * where they are absent: a consumer then finds its queues within about a second instead of up to 20.
     *
     * <p>The client reads them once, when its classes load: call this first. {@link EmbeddedRocketMq} does so itself as
     * soon as it is touched. What cannot be set for a whole JVM is up to each client:
     * {@code setPollNameServerInterval(1000)} and {@code setHeartbeatBrokerInterval(1000)}.
     */
    public static void fastForTests() {
        setIfAbsent("rocketmq.client.rebalance.waitInterval", "1000");
        setIfAbsent("rocketmq.client.rebalance.minInterval", "100");
    }

    /**
     * Runs a client's {@code shutdown}, as in {@code stopQuickly(producer::shutdown)}, without the up to three seconds
     * that it spends waiting for a thread of its own that polls. Returns when the client is shut down.
     */
    public static void stopQuickly(Runnable shutdown) {
        QuickStop.run(shutdown);
    }

    private static void setIfAbsent(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }
}
