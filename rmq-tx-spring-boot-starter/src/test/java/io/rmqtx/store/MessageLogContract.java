package io.rmqtx.store;

import static io.rmqtx.store.StoreFixture.HOUR;
import static io.rmqtx.store.StoreFixture.message;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.zaxxer.hikari.HikariConfig;
import io.rmqtx.FencedTransactionException;
import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageMode;
import io.rmqtx.spi.AbortedMessageException;
import io.rmqtx.spi.MessageLog;
import io.rmqtx.spi.MessageStatus;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.StoredStatus;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.dao.DataAccessException;

/** What every database must do for the message table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MessageLogContract {

    private final TestDatabaseKind kind;
    private final String isolation;
    private StoreFixture fixture;
    private MessageLog log;

    MessageLogContract(TestDatabaseKind kind, String isolation) {
        this.kind = kind;
        this.isolation = isolation;
    }

    /** What makes the sessions of the pool live in an odd time zone. */
    abstract String oddTimeZone();

    /** The pool's settings. */
    void configure(HikariConfig pool) {
        pool.setTransactionIsolation(isolation);
        pool.setConnectionInitSql(oddTimeZone());
    }

    @BeforeAll
    void open() {
        fixture = StoreFixture.on(kind, this::configure);
        log = fixture.store.messages();
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private void insert(OutgoingMessage... messages) {
        log.insert(List.of(messages), MessageMode.TRANSACTIONAL, HOUR, Duration.ofMinutes(1));
    }

    private OutgoingMessage committed() {
        OutgoingMessage message = message();
        fixture.tx.executeWithoutResult(status -> insert(message));
        return message;
    }

    private OutgoingMessage inStatus(MessageStatus status) {
        OutgoingMessage message = committed();
        fixture.tx.executeWithoutResult(tx -> fixture.jdbc.update(
                "UPDATE rmq_tx_message SET status = ? WHERE message_id = ?",
                status.name(),
                message.id().value()));
        return message;
    }

    @Test
    void findsWhatACommittedTransactionInserted() {
        OutgoingMessage message = committed();

        assertThat(log.find(message.id().value()))
                .contains(new StoredStatus(MessageMode.TRANSACTIONAL, MessageStatus.PENDING));
        Map<String, Object> row = fixture.jdbc.queryForMap(
                "SELECT application, topic, tag, message_key, attempts FROM rmq_tx_message WHERE message_id = ?",
                message.id().value());
        assertThat(row.values())
                .map(String::valueOf)
                .containsExactly("orders", "order-events", "CREATED", "order-1", "0");
        assertThat(fixture.jdbc.queryForObject(
                        "SELECT payload FROM rmq_tx_message WHERE message_id = ?",
                        byte[].class,
                        message.id().value()))
                .isEqualTo(message.body());
        assertThat(fixture.jdbc.queryForObject(
                        "SELECT headers FROM rmq_tx_message WHERE message_id = ?",
                        String.class,
                        message.id().value()))
                .isEqualTo("{\"name\":\"\u00e4 \\\"\uD83D\uDE00\\\"\"}");
    }

    @Test
    void aRolledBackTransactionLeavesNothing() {
        OutgoingMessage message = message();
        fixture.tx.executeWithoutResult(status -> {
            insert(message);
            status.setRollbackOnly();
        });

        assertThat(fixture.status(message)).isEqualTo("none");
    }

    @Test
    void insertsSeveralRowsInOrder() {
        List<OutgoingMessage> messages =
                IntStream.range(0, 300).mapToObj(i -> message()).toList();
        List<String> ids = messages.stream().map(m -> m.id().value()).toList();

        fixture.tx.executeWithoutResult(status -> {
            insert(messages.toArray(OutgoingMessage[]::new));
            assertThat(log.existing(ids)).containsExactlyInAnyOrderElementsOf(ids);
        });

        assertThat(fixture.jdbc.queryForList(
                        "SELECT message_id FROM rmq_tx_message WHERE message_id >= ? AND message_id <= ? ORDER BY seq",
                        String.class,
                        ids.get(0),
                        ids.get(299)))
                .containsAll(ids)
                .containsSubsequence(ids);
    }

    @Test
    void insertsAllRowsOrNone() {
        List<OutgoingMessage> messages =
                IntStream.range(0, 300).mapToObj(i -> message()).toList();
        List<String> ids = messages.stream().map(m -> m.id().value()).toList();
        OutgoingMessage fenced = messages.get(299);
        assertThat(log.fence(fenced.id(), fenced.topic(), Duration.ofSeconds(1)))
                .isTrue();
        OutgoingMessage other = message();

        fixture.tx.executeWithoutResult(status -> {
            assertThatThrownBy(() -> insert(messages.toArray(OutgoingMessage[]::new)))
                    .isInstanceOf(AbortedMessageException.class);
            assertThat(log.existing(ids)).isEmpty();
            insert(other); // and goes on, as if nothing had happened
        });

        assertThat(fixture.status(messages.get(0))).isEqualTo("none");
        assertThat(fixture.status(other)).isEqualTo("PENDING");
    }

    @Test
    void refusesToWriteWithoutATransaction() {
        OutgoingMessage message = message();

        assertThatThrownBy(() -> insert(message))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("transaction");
        assertThatThrownBy(() -> log.existing(List.of("a"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> log.postpone(List.of("a"), HOUR)).isInstanceOf(IllegalStateException.class);
        assertThat(fixture.status(message)).isEqualTo("none");
    }

    @Test
    void refusesAnIdThatIsTooOldByTheDatabasesClock() {
        OutgoingMessage old = message(Instant.now().minus(HOUR).minusSeconds(5));
        OutgoingMessage fresh = message();

        assertThatThrownBy(() -> fixture.tx.executeWithoutResult(status -> insert(fresh, old)))
                .isInstanceOf(FencedTransactionException.class)
                .hasMessageContainingAll(
                        old.id().createdAt().toString(), "rmq-tx.producer.max-call-age", "clocks", "PT1H");
        assertThat(fixture.status(old)).isEqualTo("none");
        assertThat(fixture.status(fresh)).isEqualTo("none");

        OutgoingMessage justInTime = message(Instant.now().minus(HOUR).plusSeconds(30));
        fixture.tx.executeWithoutResult(status -> insert(justInTime));
        assertThat(fixture.status(justInTime)).isEqualTo("PENDING");
    }

    @Test
    void theClockMovesWithinATransaction() throws Exception {
        fixture.tx.executeWithoutResult(status -> {
            long first = databaseTime();
            long started = System.nanoTime();
            org.awaitility.Awaitility.await()
                    .pollInSameThread()
                    .until(() -> System.nanoTime() - started > SECONDS.toNanos(1) / 20);
            assertThat(databaseTime()).isGreaterThanOrEqualTo(first + 40);
        });
    }

    private long databaseTime() {
        String now = new StoreDialects(List.of()).of(fixture.dataSource).currentEpochMillis();
        return fixture.jdbc.queryForObject("SELECT " + now, Long.class);
    }

    @Test
    void theSessionsTimeZoneBendsNoTime() {
        OutgoingMessage message = committed();
        long now = System.currentTimeMillis();
        log.markPublished(List.of(message.id().value()));

        Map<String, Object> row = fixture.jdbc.queryForMap(
                "SELECT created_at, published_at, next_attempt_at FROM rmq_tx_message WHERE message_id = ?",
                message.id().value());
        assertThat(row.values())
                .allSatisfy(time -> assertThat(((Number) time).longValue()).isCloseTo(now, within(5000L)));
    }

    @Test
    void postponesFromNow() {
        OutgoingMessage message = message();
        fixture.tx.executeWithoutResult(status -> {
            insert(message);
            log.postpone(List.of(message.id().value()), HOUR);
        });

        assertThat(nextAttempt(message)).isCloseTo(System.currentTimeMillis() + HOUR.toMillis(), within(5000L));
    }

    /** Of a row that is finished this is the time when it was. */
    @Test
    void postponesOnlyPendingRows() {
        for (MessageStatus status : MessageStatus.values()) {
            OutgoingMessage message = inStatus(status);
            Long before = nextAttempt(message);

            fixture.tx.executeWithoutResult(
                    transaction -> log.postpone(List.of(message.id().value()), HOUR));
            if (status == MessageStatus.PENDING) {
                assertThat(nextAttempt(message)).isGreaterThan(before);
            } else {
                assertThat(nextAttempt(message)).as("%s", status).isEqualTo(before);
            }
        }
    }

    private Long nextAttempt(OutgoingMessage message) {
        return fixture.jdbc.queryForObject(
                "SELECT next_attempt_at FROM rmq_tx_message WHERE message_id = ?",
                Long.class,
                message.id().value());
    }

    @Test
    void marksOnlyPendingAndDeadRowsPublished() {
        for (MessageStatus status : MessageStatus.values()) {
            OutgoingMessage message = inStatus(status);
            boolean markable = status == MessageStatus.PENDING || status == MessageStatus.DEAD;

            assertThat(log.markPublished(List.of(message.id().value())))
                    .as("%s", status)
                    .isEqualTo(markable ? 1 : 0);
            assertThat(fixture.status(message)).isEqualTo(markable ? "PUBLISHED" : status.name());
        }
    }

    @Test
    void marksManyAndCountsEachOnce() {
        List<String> ids = new ArrayList<>();
        fixture.tx.executeWithoutResult(status -> IntStream.range(0, 300).forEach(i -> {
            OutgoingMessage message = message();
            insert(message);
            ids.add(message.id().value());
        }));

        assertThat(log.markPublished(ids)).isEqualTo(300);
        assertThat(log.markPublished(List.of())).isZero();
    }

    @Test
    void markingDoesNotWaitForTheRowsOfRunningTransactions() throws Exception {
        OutgoingMessage done = committed();
        try (HeldTransaction running = new HeldTransaction(fixture.tx, () -> insert(message()))) {
            assertThat(CompletableFuture.supplyAsync(
                                    () -> log.markPublished(List.of(done.id().value(), "unknown", "other")))
                            .get(5, SECONDS))
                    .isEqualTo(1);
            running.rollBack();
        }
    }

    @Test
    void aFenceAbortsAStraggler() {
        OutgoingMessage message = message();

        assertThat(log.fence(message.id(), message.topic(), Duration.ofSeconds(1)))
                .isTrue();
        assertThat(log.fence(message.id(), message.topic(), Duration.ofSeconds(1)))
                .isFalse();
        assertThat(fixture.status(message)).isEqualTo("ABORTED");
        assertThatThrownBy(() -> fixture.tx.executeWithoutResult(status -> insert(message(), message)))
                .isInstanceOf(AbortedMessageException.class)
                .hasMessageContaining(message.id().value());
        assertThat(log.markPublished(List.of(message.id().value()))).isZero();
    }

    @Test
    void aFenceLosesAgainstACommittedRow() {
        OutgoingMessage message = committed();

        assertThat(log.fence(message.id(), message.topic(), Duration.ofSeconds(1)))
                .isFalse();
        assertThat(fixture.status(message)).isEqualTo("PENDING");
    }

    @Test
    void aFenceWaitsForARunningTransactionAndGivesUp() throws Exception {
        OutgoingMessage message = message();
        try (HeldTransaction running = new HeldTransaction(fixture.tx, () -> insert(message))) {
            assertThat(fixture.status(message)).isEqualTo("none");
            long start = System.nanoTime();
            assertThatThrownBy(() -> log.fence(message.id(), message.topic(), Duration.ofSeconds(1)))
                    .isInstanceOf(DataAccessException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            running.commit();
        }
        assertThat(fixture.status(message)).isEqualTo("PENDING");
    }

    @Test
    void aFenceThatWaitedForARollBackIsInserted() throws Exception {
        OutgoingMessage message = message();
        try (HeldTransaction running = new HeldTransaction(fixture.tx, () -> insert(message))) {
            CompletableFuture<Boolean> fence = CompletableFuture.supplyAsync(
                    () -> log.fence(message.id(), message.topic(), Duration.ofSeconds(20)));
            running.rollBack();
            assertThat(fence.get(20, SECONDS)).isTrue();
        }
        assertThat(fixture.status(message)).isEqualTo("ABORTED");
    }

    @Test
    void aFenceLeavesNoTimeOutOnTheConnection() throws Exception {
        try (var pool = fixture.database.newPool(config -> config.setMaximumPoolSize(1))) {
            MessageLog own = StoreFixture.stores(pool, StoreProperties.Initialize.NEVER)
                    .forTransactionManager("")
                    .messages();
            own.fence(message().id(), "t", Duration.ofSeconds(1));

            try (var connection = pool.getConnection();
                    var statement = connection.createStatement()) {
                assertThat(statement.getQueryTimeout()).isZero();
                assertThat(connection.getAutoCommit()).isTrue();
            }
        }
    }

    @Test
    void aStragglerThatWaitsForAFenceHoldsUpNoOtherInsert() throws Exception {
        OutgoingMessage message = message();
        try (HeldTransaction fence = new HeldTransaction(
                fixture.tx,
                () -> fixture.jdbc.update(
                        "INSERT INTO rmq_tx_message (message_id, application, mode, status, topic, next_attempt_at,"
                                + " created_at) VALUES (?, 'a', 'TRANSACTIONAL', 'ABORTED', 't', 1, 1)",
                        message.id().value()))) {
            CompletableFuture<Void> straggler = CompletableFuture.runAsync(
                    () -> fixture.tx.executeWithoutResult(status -> insert(message)),
                    command -> new Thread(command).start());
            for (int i = 0; i < 20; i++) {
                CompletableFuture.runAsync(this::committed).get(5, SECONDS);
            }
            fence.rollBack();
            straggler.handle((done, failure) -> null).get(20, SECONDS);
        }
    }

    @Test
    void readsInANewTransactionWhatTheOldOneCannotSee() {
        fixture.tx.executeWithoutResult(status -> {
            // Opens the snapshot of a REPEATABLE READ transaction.
            fixture.jdbc.queryForObject("SELECT COUNT(*) FROM rmq_tx_consumed", Long.class);
            OutgoingMessage other = message();
            log.fence(other.id(), "t", Duration.ofSeconds(1));
            assertThat(fixture.status(other)).isEqualTo("ABORTED");
        });
    }

    @Test
    void refusesTextsThatDoNotFit() {
        OutgoingMessage message = message();
        OutgoingMessage tooLong =
                new OutgoingMessage(message.id(), "t", null, "k".repeat(256), Map.of(), new byte[] {1});

        assertThatThrownBy(() -> fixture.tx.executeWithoutResult(status -> insert(tooLong)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll("key", "256", "255");
    }
}
