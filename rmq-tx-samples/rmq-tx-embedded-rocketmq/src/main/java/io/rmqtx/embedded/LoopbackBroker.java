package io.rmqtx.embedded;

import java.util.concurrent.ExecutorService;
import org.apache.rocketmq.auth.config.AuthConfig;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.common.ServiceThread;
import org.apache.rocketmq.remoting.netty.NettyClientConfig;
import org.apache.rocketmq.remoting.netty.NettyServerConfig;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.config.MessageStoreConfig;
import org.apache.rocketmq.store.rocksdb.MessageRocksDBStorage;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;

/** The broker, with what must differ from the one in production. */
final class LoopbackBroker extends BrokerController {

    private static final String HOME = "user.home";
    private static final String METRICS = "transactionMetricsFlushService";

    private volatile boolean dies;
    private @Nullable Timers timers;

    LoopbackBroker(
            BrokerConfig broker,
            NettyServerConfig server,
            NettyClientConfig client,
            MessageStoreConfig store,
            AuthConfig auth) {
        super(broker, server, client, store, auth);
    }

    DefaultMessageStore store() {
        return (DefaultMessageStore) getMessageStore();
    }

    /** The next shutdown is a death: the name server is not told, so clients keep the route and find nobody there. */
    void dieAtShutdown() {
        dies = true;
    }

    @Override
    protected void unregisterBrokerAll() {
        if (!dies) {
            super.unregisterBrokerAll();
        }
    }

    /**
     * The store opens a RocksDB that it does not use, whose own log lies below the home directory: RocketMQ offers no
     * setting for that place. Pretending another home for these few milliseconds keeps the real one clean.
     */
    @Override
    public boolean initializeMessageStore() {
        RocksDB.loadLibrary(); // the slow part, which needs no pretence
        synchronized (LoopbackBroker.class) {
            String home = System.getProperty(HOME);
            System.setProperty(HOME, getBrokerConfig().getRocketmqHome());
            try {
                return super.initializeMessageStore();
            } finally {
                if (home == null) {
                    System.clearProperty(HOME);
                } else {
                    System.setProperty(HOME, home);
                }
            }
        }
    }

    @Override
    public boolean initialize() throws CloneNotSupportedException {
        boolean loaded = super.initialize();
        if (loaded) {
            timers = Timers.install(store());
        }
        return loaded;
    }

    @Override
    public void start() throws Exception {
        super.start();
        if (timers != null) {
            timers.started();
        }
    }

    /** Null if timer messages are off. */
    @Nullable
    Timers timers() {
        return timers;
    }

    /**
     * Between initialisation and start. The service that writes the numbers of half messages by topic spins a whole
     * core for its first ten seconds; they are written when the broker stops, too, and nobody here reads them before.
     */
    void stopSpinningMetrics() {
        if (Internals.get(BrokerController.class, METRICS, this) instanceof ServiceThread service) {
            service.shutdown();
        }
        Internals.set(BrokerController.class, METRICS, this, null);
    }

    @Override
    public void shutdown() {
        if (timers != null) {
            timers.stopping();
            // A thread that only works while timer messages are on, and would hold the shutdown up for four seconds.
            getAckMessageProcessor().setPopReviveServiceStatus(false);
        }
        Object rocksDb = getMessageStore() == null ? null : store().getMessageRocksDBStorage();
        super.shutdown();
        // RocketMQ 5.5.0 never stops it, and its thread is no daemon: the JVM would not exit.
        if (rocksDb != null
                && Internals.get(MessageRocksDBStorage.class, "scheduler", rocksDb)
                        instanceof ExecutorService scheduler) {
            scheduler.shutdownNow();
        }
    }
}
