package io.rmqtx.embedded;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.rocketmq.broker.BrokerController;
import org.apache.rocketmq.common.Pair;
import org.apache.rocketmq.remoting.RemotingServer;
import org.apache.rocketmq.remoting.netty.NettyRequestProcessor;
import org.apache.rocketmq.remoting.protocol.RequestCode;

/** Puts the fault injectors before the processors of one broker, between its initialisation and its start. */
final class FaultInstaller implements AutoCloseable {

    @FunctionalInterface
    private interface Wrapper {
        NettyRequestProcessor wrap(
                FaultSwitches switches,
                NettyRequestProcessor real,
                ExecutorService executor,
                ScheduledExecutorService clock);
    }

    private final FaultSwitches switches;
    private final ScheduledThreadPoolExecutor clock;

    FaultInstaller(FaultSwitches switches) {
        this.switches = switches;
        this.clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "embedded-rocketmq-delays");
            thread.setDaemon(true);
            return thread;
        });
    }

    void install(BrokerController broker) {
        for (RemotingServer server :
                new RemotingServer[] {broker.getRemotingServer(), broker.getFastRemotingServer()}) {
            replace(server, RequestCode.END_TRANSACTION, FaultyEndTransaction::new);
            replace(server, RequestCode.SEND_MESSAGE, FaultySend::new);
            replace(server, RequestCode.SEND_MESSAGE_V2, FaultySend::new);
            replace(server, RequestCode.SEND_BATCH_MESSAGE, FaultySend::new);
            replace(server, RequestCode.QUERY_MESSAGE, FaultyQuery::new);
            replace(server, RequestCode.VIEW_MESSAGE_BY_ID, FaultyQuery::new);
        }
        broker.getTransactionalMessageCheckListener().shutdown();
        FaultyCheckListener listener = new FaultyCheckListener(switches);
        listener.setBrokerController(broker);
        broker.setTransactionalMessageCheckListener(listener);
    }

    private void replace(RemotingServer server, int requestCode, Wrapper wrapper) {
        Pair<NettyRequestProcessor, ExecutorService> pair = server.getProcessorPair(requestCode);
        server.registerProcessor(
                requestCode, wrapper.wrap(switches, pair.getObject1(), pair.getObject2(), clock), pair.getObject2());
    }

    /** Requests that are still being delayed are lost. */
    @Override
    public void close() {
        clock.shutdownNow();
    }
}
