package io.rmqtx.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.ClusterRequirement;
import io.rmqtx.ClusterRequirement.Kind;
import io.rmqtx.MessageSendException;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A cluster that creates nothing by itself and permits only what was granted: the list says what an application needs. */
@ExtendWith(OutputCaptureExtension.class)
class LockedDownClusterTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ =
            EmbeddedRocketMqExtension.dedicated(builder -> builder.autoCreateTopics(false)
                    .autoCreateConsumerGroups(false)
                    .accessControl(ClusterAdmin.SUPER_USER, ClusterAdmin.SUPER_SECRET));

    private final EmbeddedRocketMq rocketMq = ROCKET_MQ.get();
    private final String name = TestApp.uniqueName("shop");
    private TestDatabase database;
    private ClusterAdmin admin;

    @BeforeEach
    void open() throws Exception {
        database = TestDatabase.h2();
        admin = new ClusterAdmin(rocketMq, false);
        admin.createUser(name);
    }

    @AfterEach
    void close() {
        admin.close();
        database.close();
    }

    private Map<String, Object> credentials() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("rmq-tx.client.access-key", name);
        properties.put("rmq-tx.client.secret-key", ClusterAdmin.SECRET);
        return properties;
    }

    private RunningShop start() {
        return RunningShop.start(rocketMq, database, name, credentials());
    }

    /** Started where there is no cluster at all, as a platform team would. */
    private List<ClusterRequirement> requirements() {
        try (TestDatabase elsewhere = TestDatabase.h2()) {
            Map<String, Object> nowhere = new HashMap<>(credentials());
            nowhere.put("rmq-tx.name-server", "127.0.0.1:1");
            nowhere.put("logging.level.io.rmqtx.ClusterRequirements", "debug");
            try (RunningShop shop = RunningShop.start(rocketMq, elsewhere, name, nowhere)) {
                return shop.requirements().list();
            }
        }
    }

    @Test
    void whatTheListSaysIsEnoughForEverything(CapturedOutput output) throws Exception {
        List<ClusterRequirement> list = requirements();
        assertThat(output.getOut())
                .contains("topics to create:")
                .contains("  " + RunningShop.topicOf(name) + "  (consumed by group")
                .contains("  Topic:" + RunningShop.topicOf(name) + "  Get, Pub, Sub  (")
                .contains("  Group:" + RunningShop.groupOf(name) + "  Sub  (")
                .contains("  %DLQ%" + RunningShop.groupOf(name));
        admin.provide(name, list);

        useEverything(LONG);
    }

    /** Nothing in the list is superfluous: without any one item, something does not work. */
    @ParameterizedTest
    @MethodSource("items")
    @Tag("full")
    void withoutAnyItemOfTheListSomethingFails(
            Kind kind, String prefix, String action, Class<? extends Throwable> thrown, String said) throws Exception {
        List<ClusterRequirement> less = new ArrayList<>();
        int removed = 0;
        for (ClusterRequirement one : requirements()) {
            boolean meant = one.kind() == kind && one.name().startsWith(prefix);
            if (meant && action.isEmpty()) {
                removed++;
            } else if (meant) {
                List<String> actions = new ArrayList<>(one.actions());
                assertThat(actions.remove(action)).isTrue();
                less.add(new ClusterRequirement(kind, one.name(), actions, one.purpose()));
                removed++;
            } else {
                less.add(one);
            }
        }
        assertThat(removed).isOne();
        admin.provide(name, less);

        assertThatThrownBy(() -> useEverything(Duration.ofSeconds(30))).satisfies(failure -> assertThat(causes(failure))
                .anySatisfy(cause -> assertThat(cause).isInstanceOf(thrown).hasMessageContaining(said)));
    }

    static Stream<Arguments> items() {
        return Stream.of(
                Arguments.of(Kind.TOPIC, "", "", MessageSendException.class, "has this topic or would create it"),
                Arguments.of(
                        Kind.CONSUMER_GROUP, "", "", RmqTxConfigurationException.class, "does not know consumer group"),
                Arguments.of(Kind.RIGHT, "Topic:", "Pub", MessageSendException.class, "needs PUB on topic"),
                // SUB permits the query, but not the look-up of a half message whose connection is gone.
                Arguments.of(Kind.RIGHT, "Topic:", "Get", AssertionError.class, "was: NOT_SENT"),
                Arguments.of(Kind.RIGHT, "Topic:", "Sub", RmqTxConfigurationException.class, "Topic:"),
                Arguments.of(Kind.RIGHT, "Group:", "Sub", RmqTxConfigurationException.class, "Group:"));
    }

    private static List<Throwable> causes(Throwable thrown) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private void useEverything(Duration wait) {
        try (RunningShop shop = start()) {
            shop.sellAndGrant("plain", wait);
            shop.repairALostCommit(wait);
            shop.retry(wait);
            shop.bury(RunningShop.groupOf(name), wait);
            shop.commitOverANewConnection(wait);
            rocketMq.faults().dropChecks(2);
            shop.loseTheCommit("restarted");
        }
        try (RunningShop idle = start()) {
            await().atMost(wait).until(() -> idle.shop.granted("restarted") == 1);
            assertThat(idle.events.halves).isEmpty();
        }
    }

    @Test
    void aWrongSecretIsRefusedAtStart() throws Exception {
        admin.provide(name, requirements());
        Map<String, Object> wrong = credentials();
        wrong.put("rmq-tx.client.secret-key", "another-secret");

        assertRefused(wrong, "check signature failed", "rmq-tx.client.secret-key");
    }

    /** One right after the other, as a platform team would grant them after each refusal. */
    @Test
    void whatIsMissingIsSaidAtStartUntilNothingIs() throws Exception {
        List<ClusterRequirement> list = requirements();
        admin.provide(name, only(list, Kind.TOPIC, ""));
        assertRefused(credentials(), "Topic:" + RunningShop.topicOf(name), "PUB and GET");

        admin.provide(name, only(list, Kind.RIGHT, "Topic:"));
        assertRefused(credentials(), "Group:" + RunningShop.groupOf(name), "SUB on the group");

        admin.provide(name, only(list, Kind.RIGHT, "Group:"));
        assertRefused(credentials(), "does not know consumer group '" + RunningShop.groupOf(name) + "'", "Create the");

        admin.provide(name, only(list, Kind.CONSUMER_GROUP, ""));
        try (RunningShop shop = start()) {
            shop.sellAndGrant("plain", LONG);
        }
    }

    private static List<ClusterRequirement> only(List<ClusterRequirement> list, Kind kind, String prefix) {
        return list.stream()
                .filter(one -> one.kind() == kind && one.name().startsWith(prefix))
                .toList();
    }

    @Test
    void aCallThatMayNotSendFailsWithTheRightThatIsMissingAndNothingIsWritten() throws Exception {
        List<ClusterRequirement> withoutPub = requirements().stream()
                .map(one -> one.actions().contains("Pub")
                        ? new ClusterRequirement(one.kind(), one.name(), List.of("Get", "Sub"), one.purpose())
                        : one)
                .toList();
        admin.provide(name, withoutPub);

        try (RunningShop shop = start()) {
            assertThatThrownBy(() -> shop.shop.sell(new Sale("plain")))
                    .isInstanceOf(MessageSendException.class)
                    .hasMessageContaining("PUB on topic '" + RunningShop.topicOf(name) + "'")
                    .hasMessageContaining("Nothing was written");
            assertThat(shop.shop.sales()).isZero();
        }
    }

    private void assertRefused(Map<String, Object> properties, String... said) {
        assertThatThrownBy(() -> RunningShop.start(rocketMq, database, name, properties))
                .rootCause()
                .isInstanceOf(RmqTxConfigurationException.class)
                .satisfies(thrown -> assertThat(thrown.getMessage()).contains(said));
    }
}
