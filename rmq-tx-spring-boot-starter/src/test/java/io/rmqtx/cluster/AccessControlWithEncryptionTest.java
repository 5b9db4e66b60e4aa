package io.rmqtx.cluster;

import io.rmqtx.ClusterRequirement;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Access control and encryption together. */
class AccessControlWithEncryptionTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ =
            EmbeddedRocketMqExtension.dedicated(builder -> builder.autoCreateTopics(false)
                    .autoCreateConsumerGroups(false)
                    .accessControl(ClusterAdmin.SUPER_USER, ClusterAdmin.SUPER_SECRET)
                    .encryption(Certificates.SERVER.certificate(), Certificates.SERVER.key()));

    @Test
    void everythingWorksWithBoth() throws Exception {
        EmbeddedRocketMq rocketMq = ROCKET_MQ.get();
        String name = TestApp.uniqueName("shop");
        Map<String, String> properties = new HashMap<>(Certificates.SERVER.trusted());
        properties.put("rmq-tx.client.access-key", name);
        properties.put("rmq-tx.client.secret-key", ClusterAdmin.SECRET);
        try (TestDatabase database = TestDatabase.h2();
                ClusterAdmin admin = new ClusterAdmin(rocketMq, true)) {
            admin.createUser(name);
            Map<String, String> nowhere = new HashMap<>(properties);
            nowhere.put("rmq-tx.name-server", "127.0.0.1:1");
            List<ClusterRequirement> needed;
            try (RunningShop shop = RunningShop.start(rocketMq, database, name, nowhere)) {
                needed = shop.requirements().list();
            }
            admin.provide(name, needed);

            try (RunningShop shop = RunningShop.start(rocketMq, database, name, properties)) {
                shop.sellAndGrant("plain", LONG);
                shop.repairALostCommit(LONG);
                shop.retry(LONG);
                shop.bury(RunningShop.groupOf(name), LONG);
            }
        }
    }
}
