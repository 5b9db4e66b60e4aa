package io.rmqtx.embedded;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.rocketmq.remoting.protocol.body.HARuntimeInfo;
import org.apache.rocketmq.store.CommitLog;
import org.apache.rocketmq.store.DefaultMessageStore;
import org.apache.rocketmq.store.ha.HAClient;
import org.apache.rocketmq.store.ha.HAConnection;
import org.apache.rocketmq.store.ha.HAConnectionStateNotificationRequest;
import org.apache.rocketmq.store.ha.HAService;
import org.apache.rocketmq.store.ha.WaitNotifyObject;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the broker's replication, whose server socket can only be bound to all addresses of the machine, which a
 * broker for tests must not do.
 */
final class NoReplication implements HAService {

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong pushed = new AtomicLong();
    private final WaitNotifyObject waitNotify = new WaitNotifyObject();

    /** Between the load of the store and its start. */
    static void install(DefaultMessageStore store) {
        Internals.set(DefaultMessageStore.class, "haService", store, new NoReplication());
    }

    @Override
    public void init(DefaultMessageStore store) {}

    @Override
    public void start() {}

    @Override
    public void shutdown() {}

    @Override
    public void updateMasterAddress(String address) {}

    @Override
    public void updateHaMasterAddress(String address) {}

    @Override
    public int inSyncReplicasNums(long masterPutWhere) {
        return 1;
    }

    @Override
    public AtomicInteger getConnectionCount() {
        return connections;
    }

    @Override
    public void putRequest(CommitLog.GroupCommitRequest request) {}

    @Override
    public void putGroupConnectionStateRequest(HAConnectionStateNotificationRequest request) {}

    @Override
    public List<HAConnection> getConnectionList() {
        return List.of();
    }

    @Override
    @SuppressWarnings("NullAway") // the broker's interface knows no annotations, and asks for none on a lone master
    public @Nullable HAClient getHAClient() {
        return null;
    }

    @Override
    public AtomicLong getPush2SlaveMaxOffset() {
        return pushed;
    }

    @Override
    public HARuntimeInfo getRuntimeInfo(long masterPutWhere) {
        HARuntimeInfo info = new HARuntimeInfo();
        info.setMaster(true);
        info.setMasterCommitLogMaxOffset(masterPutWhere);
        return info;
    }

    @Override
    public WaitNotifyObject getWaitNotifyObject() {
        return waitNotify;
    }

    @Override
    public boolean isSlaveOK(long masterPutWhere) {
        return true;
    }
}
