package io.rmqtx.store;

import static io.rmqtx.store.StoreFixture.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.MessageMode;
import io.rmqtx.spi.Backlog;
import io.rmqtx.spi.Backlog.Limit;
import io.rmqtx.spi.Backlog.OrderKey;
import io.rmqtx.spi.MessageStatus;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.StoreDialect;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * However many finished rows a table holds, a claim, an insert, a mark and a purge look at no more rows than without
 * them. Counted by the database itself, not timed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HistoryContract {

    private static final int HISTORY = Boolean.getBoolean("rmqtx.test.full") ? 1_000_000 : 20_000;

    private static final int DUE = 50;

    private final TestDatabaseKind kind;
    StoreFixture fixture;
    private Backlog backlog;

    HistoryContract(TestDatabaseKind kind) {
        this.kind = kind;
    }

    /** Has the database learn how its rows are spread, as it does by itself in time. */
    abstract void analyze();

    /** The plan of a statement, with the names of its indexes. */
    abstract String plan(String sql, Object... arguments);

    abstract StoreDialect dialect();

    @BeforeAll
    void open() {
        fixture = StoreFixture.on(kind, pool -> {});
        backlog = fixture.store.backlog();
        fixture.tx.executeWithoutResult(status -> fixture.jdbc.update(
                "INSERT INTO rmq_tx_message (message_id, application, mode, status, topic, message_key, order_key,"
                        + " headers, payload, next_attempt_at, created_at) VALUES ('h', 'orders', 'OUTBOX', 'PUBLISHED',"
                        + " 'order-events', 'k', 'customer-1', '{}', ?, 1, 1)",
                new byte[64]));
        char round = 'A';
        for (int rows = 1; rows < HISTORY; rows *= 2) {
            String mark = String.valueOf(round++);
            fixture.tx.executeWithoutResult(status -> fixture.jdbc.update(
                    "INSERT INTO rmq_tx_message (message_id, application, mode, status, topic, message_key, order_key,"
                            + " headers, payload, next_attempt_at, created_at) SELECT CONCAT(message_id, '" + mark
                            + "'), application,"
                            + " mode, status, topic, message_key, CONCAT('customer-', seq % 1000), headers, payload,"
                            + " next_attempt_at + 1, created_at FROM rmq_tx_message"));
        }
        for (int i = 0; i < DUE; i++) {
            insert(null);
            insert("customer-7");
        }
        analyze();
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private void insert(String orderKey) {
        OutgoingMessage plain = StoreFixture.message();
        OutgoingMessage message = new OutgoingMessage(
                plain.id(), plain.topic(), plain.tag(), plain.key(), plain.headers(), plain.body(), orderKey, null);
        fixture.tx.executeWithoutResult(
                status -> fixture.store.messages().insert(List.of(message), MessageMode.OUTBOX, HOUR, Duration.ZERO));
    }

    @Test
    void everyStatementFindsItsRowsByAnIndex() {
        BacklogSql sql = new BacklogSql(dialect());
        long now = System.currentTimeMillis() + HOUR.toMillis();
        assertThat(plan(sql.due(0), "orders", now, 100)).contains("rmq_tx_message_due");
        assertThat(plan(sql.nextDue(), "orders")).contains("rmq_tx_message_due");
        assertThat(plan(sql.old(), "PUBLISHED", "orders", 100L, 100)).contains("rmq_tx_message_due");
        assertThat(plan(
                        sql.firstOfKey(),
                        "customer-7",
                        "order-events",
                        "orders",
                        "customer-7",
                        "order-events",
                        "orders",
                        10))
                .contains("rmq_tx_message_order")
                .doesNotContain("ALL\t");
    }

    /** As many as the database says it has looked at, whatever it counts. */
    abstract long lookedAt();

    @Test
    void noStatementLooksAtTheHistory() {
        long before = lookedAt();

        List<String> claimed =
                backlog.claim(77_777, Duration.ofSeconds(30), new Limit(DUE, 1 << 20), List.of()).rows().stream()
                        .map(Backlog.Claimed::messageId)
                        .toList();
        backlog.claimKey(
                new OrderKey("order-events", "customer-7"), 77_777, Duration.ofSeconds(30), new Limit(DUE, 1 << 20));
        var unused = backlog.nextDue();
        insert(null);
        fixture.store.messages().markPublished(claimed);
        backlog.purge(MessageStatus.ABORTED, HOUR, 100);

        assertThat(lookedAt() - before).isLessThan(50L * DUE);
    }
}
