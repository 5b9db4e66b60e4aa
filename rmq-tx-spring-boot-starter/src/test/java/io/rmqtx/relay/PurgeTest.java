package io.rmqtx.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;

/** What is removed, and when; holes 5 and 6. */
class PurgeTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private final EmbeddedRocketMq broker = ROCKET_MQ.get();

    private static void row(JdbcTemplate jdbc, String id, String mode, String status, Duration age) {
        jdbc.update(
                "INSERT INTO rmq_tx_message (message_id, application, mode, status, topic, next_attempt_at, created_at)"
                        + " VALUES (?, 'app', ?, ?, 't', ?, 1)",
                id,
                mode,
                status,
                System.currentTimeMillis() - age.toMillis());
    }

    @Test
    void keepsEverythingThatACopyOfAMessageMayStillNeed() {
        Duration day = Duration.ofDays(1);
        try (TestDatabase database = TestDatabase.mariaDb();
                ShippingService service = ShippingService.start(broker, database.dataSource(), app -> app)) {
            JdbcTemplate jdbc = service.jdbc();
            for (String status : List.of(
                    "PUBLISHED",
                    "CONFIRMED",
                    "ABORTED",
                    "CANCELLED",
                    "COMPENSATED",
                    "PENDING",
                    "DEAD",
                    "UNCONFIRMED")) {
                row(jdbc, "young-" + status, "OUTBOX", status, day.multipliedBy(6));
                row(jdbc, "week-" + status, "OUTBOX", status, day.multipliedBy(8));
                row(jdbc, "old-" + status, "TRANSACTIONAL", status, day.multipliedBy(400));
            }
            jdbc.update(
                    "UPDATE rmq_tx_message SET application = ?, lease_owner = 1, next_attempt_at = next_attempt_at"
                            + " + CASE WHEN status = 'PENDING' THEN 100000000000 ELSE 0 END",
                    "app-" + service.topic);
            row(jdbc, "week-of-others", "OUTBOX", "PUBLISHED", day.multipliedBy(8));
            jdbc.update("INSERT INTO rmq_tx_consumed VALUES ('g', 'old', 'DONE', 'm', 1)");
            jdbc.update(
                    "INSERT INTO rmq_tx_consumed VALUES ('g', 'young', 'DONE', 'm', ?)",
                    System.currentTimeMillis() - day.multipliedBy(44).toMillis());

            service.context.getBean(Purger.class).purge();

            assertThat(jdbc.queryForList(
                            "SELECT message_id FROM rmq_tx_message WHERE message_id NOT LIKE 'young%'", String.class))
                    .containsExactlyInAnyOrder(
                            "week-of-others",
                            "week-CANCELLED",
                            "week-COMPENSATED",
                            "week-PENDING",
                            "week-DEAD",
                            "week-UNCONFIRMED",
                            "old-PENDING",
                            "old-DEAD",
                            "old-UNCONFIRMED");
            assertThat(jdbc.queryForObject(
                            "SELECT COUNT(*) FROM rmq_tx_message WHERE message_id LIKE 'young%'", Integer.class))
                    .isEqualTo(8);
            assertThat(jdbc.queryForList("SELECT idempotency_key FROM rmq_tx_consumed", String.class))
                    .containsExactly("young");
        }
    }

    @Test
    void removesManyInSmallTransactionsByItself() {
        try (TestDatabase database = TestDatabase.h2()) {
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            try (ShippingService first = ShippingService.start(broker, database.dataSource(), app -> app)) {
                assertThat(first.statuses()).isEmpty();
            }
            for (int i = 0; i < 250; i++) {
                row(jdbc, "m" + i, "OUTBOX", "PUBLISHED", Duration.ofDays(8));
            }
            try (ShippingService service = ShippingService.start(
                    broker, database.dataSource(), app -> app.property("spring.application.name", "app")
                            .property("rmq-tx.purge.interval", "300ms")
                            .property("rmq-tx.purge.batch", 40))) {
                await().until(() -> service.statuses().isEmpty());
            }
        }
    }

    @Test
    void publishedRowsOfTheOutboxAreDeletedWhereAskedAndOthersMarked() {
        try (TestDatabase database = TestDatabase.mariaDb();
                ShippingService service = ShippingService.start(
                        broker, database.dataSource(), app -> app.property("rmq-tx.relay.on-published", "delete"))) {
            service.shipments.ship("s1");
            service.shipments.shipNext("a");
            service.shipments.shipTransactional("s2");

            await().until(() -> service.visible().size() == 3);
            await().until(() -> service.statuses().equals(List.of("PUBLISHED")));
            assertThat(service.jdbc().queryForObject("SELECT mode FROM rmq_tx_message", String.class))
                    .isEqualTo("TRANSACTIONAL");
        }
    }

    @Test
    void agesThatBreakAPromiseAreRefusedAtStart() {
        refused("rmq-tx.purge.published-after", app -> app.property("rmq-tx.purge.published-after", "71h"));
        refused("rmq-tx.purge.aborted-after", app -> app.property("rmq-tx.purge.aborted-after", "71h"));
        refused("rmq-tx.producer.max-call-age", app -> app.property("rmq-tx.producer.max-call-age", "4d"));
        refused("rmq-tx.purge.consumed-after", app -> app.property("rmq-tx.purge.consumed-after", "30d"));
        refused("rmq-tx.purge.broker-retention", app -> app.property("rmq-tx.purge.broker-retention", "8d"));
        refused("rmq-tx.relay.lease", app -> app.property("rmq-tx.relay.lease", "8s"));
        refused("rmq-tx.relay.dispatch-lease", app -> app.property("rmq-tx.relay.dispatch-lease", "8s"));
    }

    private void refused(String property, UnaryOperator<TestApp> setting) {
        try (TestDatabase database = TestDatabase.h2()) {
            assertThatThrownBy(() -> ShippingService.start(broker, database.dataSource(), setting)
                            .close())
                    .extracting(NestedExceptionUtils::getMostSpecificCause)
                    .isInstanceOf(RmqTxConfigurationException.class)
                    .asString()
                    .contains(property);
        }
    }
}
