package io.rmqtx.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.ClusterRequirement;
import io.rmqtx.MessageIds;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.HalfMessageTransport.Visibility;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two environments on one cluster, kept apart by the client's namespace. */
class NamespaceTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Test
    void anApplicationWorksInItsNamespaceAndAnotherOneSeesNothing() {
        String name = TestApp.uniqueName("shop");
        String group = "test%" + RunningShop.groupOf(name);
        String topic = "test%" + RunningShop.topicOf(name);
        EmbeddedRocketMq rocketMq = ROCKET_MQ.get();
        for (String namespace : new String[] {"test", "live"}) {
            rocketMq.createTopic(namespace + "%" + RunningShop.topicOf(name), 2);
            rocketMq.createConsumerGroup(namespace + "%" + RunningShop.groupOf(name));
        }
        try (TestDatabase database = TestDatabase.h2();
                TestDatabase other = TestDatabase.h2();
                RunningShop test =
                        RunningShop.start(rocketMq, database, name, Map.of("rmq-tx.client.namespace", "test"));
                RunningShop live =
                        RunningShop.start(rocketMq, other, name, Map.of("rmq-tx.client.namespace", "live"))) {
            try (MessageIds ids = MessageIds.record()) {
                test.sellAndGrant("plain", LONG);
                assertThat(test.visible(ids.single())).isEqualTo(Visibility.VISIBLE);
                assertThat(live.visible(ids.single())).isEqualTo(Visibility.NOT_VISIBLE);
            }
            test.repairALostCommit(LONG);
            assertThat(test.topicOfAFence(LONG)).isEqualTo(RunningShop.topicOf(name));
            test.retry(LONG);
            test.bury(group, LONG);

            assertThat(rocketMq.count(topic)).isEqualTo(4);
            assertThat(test.events.consumed).allMatch(message -> message.topic().equals(RunningShop.topicOf(name)));
            assertThat(test.requirements().list())
                    .extracting(ClusterRequirement::name)
                    .contains(topic, group, "Topic:" + topic, "Group:" + group, "%DLQ%" + group);

            live.sellAndGrant("live", LONG);
            assertThat(live.events.consumed).hasSize(1);
            assertThat(live.events.checks).isEmpty();
            await().atMost(LONG).until(() -> test.shop.granted("again") == 1);
            assertThat(test.shop.granted("live")).isZero();
        }
    }
}
