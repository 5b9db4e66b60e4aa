package io.rmqtx.cluster;

import io.rmqtx.ClusterRequirement;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.testing.TestApp;
import java.util.List;
import org.apache.rocketmq.acl.common.AclClientRPCHook;
import org.apache.rocketmq.acl.common.SessionCredentials;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/** The platform team: creates and grants what a list says, through RocketMQ's own admin API. */
final class ClusterAdmin implements AutoCloseable {

    static final String SUPER_USER = "admin";
    static final String SUPER_SECRET = "admin-secret";
    static final String SECRET = "shop-secret";

    private final DefaultMQAdminExt admin =
            new DefaultMQAdminExt(new AclClientRPCHook(new SessionCredentials(SUPER_USER, SUPER_SECRET)));
    private final String broker;

    ClusterAdmin(EmbeddedRocketMq rocketMq, boolean encrypted) throws Exception {
        admin.setNamesrvAddr(rocketMq.nameServerAddress());
        admin.setInstanceName(TestApp.uniqueName("admin"));
        admin.setUseTLS(encrypted);
        admin.setVipChannelEnabled(false);
        admin.start();
        broker = rocketMq.brokerAddress();
    }

    void createUser(String user) throws Exception {
        admin.createUser(broker, user, SECRET, "Normal");
    }

    void provide(String user, List<ClusterRequirement> requirements) throws Exception {
        for (ClusterRequirement one : requirements) {
            switch (one.kind()) {
                case TOPIC -> admin.createAndUpdateTopicConfig(broker, new TopicConfig(one.name(), 2, 2, 6));
                case CONSUMER_GROUP -> {
                    SubscriptionGroupConfig group = new SubscriptionGroupConfig();
                    group.setGroupName(one.name());
                    admin.createAndUpdateSubscriptionGroupConfig(broker, group);
                }
                case RIGHT -> {
                    if (!one.actions().isEmpty()) {
                        admin.createAcl(broker, "User:" + user, List.of(one.name()), one.actions(), List.of(), "Allow");
                    }
                }
                case MADE_BY_BROKER, TABLE -> {}
            }
        }
    }

    @Override
    public void close() {
        admin.shutdown();
    }
}
