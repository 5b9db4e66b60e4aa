package io.rmqtx.embedded;

import java.lang.reflect.Field;
import java.util.concurrent.ExecutorService;
import org.apache.rocketmq.auth.config.AuthConfig;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.common.BrokerConfig;
import org.apache.rocketmq.remoting.netty.NettyClientConfig;
import org.apache.rocketmq.remoting.netty.NettyServerConfig;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.config.MessageStoreConfig;

/** The broker, with what must differ from the one in production. */
final class LoopbackBroker extends BrokerController {

    private volatile boolean dies;

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

    @Override
    public void shutdown() {
        Object rocksDb = getMessageStore() == null ? null : store().getMessageRocksDBStorage();
        super.shutdown();
        if (rocksDb != null) {
            stopForgottenScheduler(rocksDb);
        }
    }

    /** RocketMQ 5.5.0 never stops it, and its thread is no daemon: the JVM would not exit. */
    private static void stopForgottenScheduler(Object rocksDb) {
        try {
            Field scheduler = rocksDb.getClass().getDeclaredField("scheduler");
            scheduler.setAccessible(true);
            ((ExecutorService) scheduler.get(rocksDb)).shutdownNow();
        } catch (ReflectiveOperationException e) {
            throw new EmbeddedRocketMqException(
                    "this version of RocketMQ is not supported: MessageRocksDBStorage has no field 'scheduler'; use 5.5.0",
                    e);
        }
    }
}
