package io.rmqtx.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.ClusterRequirements;
import io.rmqtx.MessageIds;
import io.rmqtx.MessageSendException;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.HalfMessageTransport.Visibility;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.RecordingListener;
import io.rmqtx.testing.RecordingListener.End;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** A shop that runs, and the way of each kind of message through it. */
final class RunningShop implements AutoCloseable {

    private final EmbeddedRocketMq rocketMq;
    private final String name;
    final RecordingListener events = new RecordingListener();
    final ConfigurableApplicationContext context;
    final Shop shop;

    private RunningShop(EmbeddedRocketMq rocketMq, TestDatabase database, String name, Map<String, ?> properties) {
        this.rocketMq = rocketMq;
        this.name = name;
        TestApp app = TestApp.of(Shop.App.class)
                .dataSource(database.dataSource())
                .nameServer(rocketMq.nameServerAddress())
                .property("spring.application.name", name)
                .property("shop.topic", topicOf(name))
                .property("shop.group", groupOf(name))
                .singleton("recordingListener", events);
        properties.forEach(app::property);
        context = app.start();
        shop = context.getBean(Shop.class);
    }

    static RunningShop start(EmbeddedRocketMq rocketMq, TestDatabase database, String name, Map<String, ?> properties) {
        return new RunningShop(rocketMq, database, name, properties);
    }

    static String topicOf(String name) {
        return name + "-sales";
    }

    static String groupOf(String name) {
        return name + "-points";
    }

    ClusterRequirements requirements() {
        return context.getBean(ClusterRequirements.class);
    }

    /** Sold and granted. */
    void sellAndGrant(String id, Duration wait) {
        shop.sell(new Sale(id));
        await().atMost(wait).until(() -> shop.granted(id) == 1);
    }

    /** The commit is lost; a check-back, which asks whether the message is visible, repairs it. */
    void repairALostCommit(Duration wait) {
        loseTheCommit("repaired");
        await().atMost(wait).until(() -> shop.granted("repaired") == 1);
        await().atMost(wait)
                .until(() -> events.checks.stream().anyMatch(check -> check.answer() == CheckBackAnswer.COMMIT));
    }

    /** The broker restarts within the call: its half message is looked up, and ended over the new connection. */
    void commitOverANewConnection(Duration wait) {
        shop.setBusiness(() -> {
            rocketMq.restartBroker();
            shop.setBusiness(() -> {});
            // Another call has come through: the client has noticed, and is connected again.
            CompletableFuture.runAsync(() -> await().atMost(wait).until(() -> {
                        try {
                            shop.sell(new Sale("connected-again"));
                            return true;
                        } catch (MessageSendException e) {
                            return false;
                        }
                    }))
                    .join();
        });
        String id;
        try (MessageIds ids = MessageIds.record()) {
            shop.sell(new Sale("reconnected"));
            id = ids.single();
        }
        await().atMost(wait).until(() -> endsOf(id).findFirst().isPresent());
        assertThat(endsOf(id).findFirst().orElseThrow().outcome()).isEqualTo(EndOutcome.ACKNOWLEDGED);
        await().atMost(wait).until(() -> shop.granted("reconnected") == 1);
    }

    private Stream<End> endsOf(String id) {
        return events.ends.stream().filter(end -> end.messageId().equals(id));
    }

    void loseTheCommit(String id) {
        rocketMq.faults().dropEndTransaction(1);
        int seen = rocketMq.faults().seenCommits();
        shop.sell(new Sale(id));
        await().until(() -> rocketMq.faults().seenCommits() > seen);
    }

    Visibility visible(String messageId) {
        return context.getBean(HalfMessageTransport.class)
                .visible(topicOf(name), messageId, Instant.now().minusSeconds(60));
    }

    /** The roll-back is lost; a check-back writes a fence. */
    String topicOfAFence(Duration wait) {
        rocketMq.faults().dropEndTransaction(1);
        shop.setBusiness(() -> {
            throw new IllegalStateException("rolls back");
        });
        assertThatThrownBy(() -> shop.sell(new Sale("fenced"))).hasMessage("rolls back");
        shop.setBusiness(() -> {});
        JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
        return await().atMost(wait)
                .until(
                        () -> jdbc.queryForList(
                                "SELECT topic FROM rmq_tx_message WHERE status = 'ABORTED'", String.class),
                        topics -> !topics.isEmpty())
                .get(0);
    }

    /** Fails once and succeeds. */
    void retry(Duration wait) {
        shop.sell(new Sale("again"));
        await().atMost(wait).until(() -> shop.granted("again") == 1);
    }

    /** Fails for good. */
    void bury(String groupAtBroker, Duration wait) {
        shop.sell(new Sale("dead"));
        await().atMost(wait).until(() -> rocketMq.deadLetters(groupAtBroker).size() == 1);
        await().atMost(wait).until(() -> events.deadLetters.size() == 1);
    }

    @Override
    public void close() {
        context.close();
    }
}
