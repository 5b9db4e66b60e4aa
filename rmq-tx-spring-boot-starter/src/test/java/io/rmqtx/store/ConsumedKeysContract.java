package io.rmqtx.store;

import static io.rmqtx.spi.ConsumedKeys.Outcome.DUPLICATE;
import static io.rmqtx.spi.ConsumedKeys.Outcome.INSERTED;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.zaxxer.hikari.HikariConfig;
import io.rmqtx.spi.ConsumedKeys;
import io.rmqtx.spi.KeyBusyException;
import io.rmqtx.spi.UnreadableMessageException;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** What every database must do for the idempotency keys. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConsumedKeysContract {

    private final TestDatabaseKind kind;
    private final String isolation;
    private StoreFixture fixture;
    private String key;

    ConsumedKeysContract(TestDatabaseKind kind, String isolation) {
        this.kind = kind;
        this.isolation = isolation;
    }

    /** The pool's settings. */
    void configure(HikariConfig pool) {
        pool.setTransactionIsolation(isolation);
    }

    @BeforeAll
    void open() throws Exception {
        fixture = StoreFixture.on(kind, this::configure);
        // The first inserts are slow because everything is new: let the clock of inserts see the usual ones.
        for (int i = 0; i < 100; i++) {
            insertRepeating("warm-" + i);
        }
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    @BeforeEach
    void newKey(TestInfo test) {
        key = test.getTestMethod().orElseThrow().getName();
    }

    private boolean isMariaDb() {
        return kind == TestDatabaseKind.MARIADB;
    }

    /** As a consumer does: again in a fresh transaction where the key was released. */
    private ConsumedKeys.Outcome insertRepeating(String repeated) throws KeyBusyException {
        for (int attempt = 0; attempt < 10; attempt++) {
            try {
                return fixture.insertKey(repeated);
            } catch (KeyBusyException e) {
                if (!e.isReleased()) {
                    throw e;
                }
            }
        }
        throw new AssertionError("the key is released again and again");
    }

    private HeldTransaction holding(String held) throws Exception {
        return new HeldTransaction(fixture.tx, () -> insertThoughSlow(held));
    }

    /** An insert that nobody is in the way of: when the machine is busy it looks like one that had to wait. */
    private void insertThoughSlow(String free) throws KeyBusyException {
        try {
            assertThat(fixture.store.consumedKeys().insert("points", free, "m-0"))
                    .isEqualTo(INSERTED);
        } catch (KeyBusyException e) {
            if (e.getCause() != null) {
                throw e;
            }
        }
    }

    /** An insert on a thread of its own that is waiting in the database when this returns. */
    private CompletableFuture<ConsumedKeys.Outcome> waiting(String awaited) {
        long before = System.nanoTime();
        CompletableFuture<ConsumedKeys.Outcome> insert = async(() -> fixture.insertKey(awaited));
        Awaitility.await()
                .pollInSameThread()
                .until(() -> insert.isDone()
                        || System.nanoTime() - before > Duration.ofMillis(200).toNanos());
        assertThat(insert).isNotDone();
        return insert;
    }

    private static <T> CompletableFuture<T> async(java.util.concurrent.Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        result.complete(work.call());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                })
                .start();
        return result;
    }

    @Test
    void aKeyIsInsertedOnce() throws Exception {
        assertThat(insertRepeating(key)).isEqualTo(INSERTED);
        assertThat(fixture.insertKey(key)).isEqualTo(DUPLICATE);
        fixture.inTransaction(() -> fixture.jdbc.update(
                "UPDATE rmq_tx_consumed SET consumer_group = 'other' WHERE idempotency_key = ?", key));
        assertThat(insertRepeating(key)).isEqualTo(INSERTED);
        assertThat(fixture.jdbc.queryForObject(
                        "SELECT consumed_at FROM rmq_tx_consumed WHERE consumer_group = 'points' AND idempotency_key = ?",
                        Long.class,
                        key))
                .isCloseTo(System.currentTimeMillis(), within(5000L));
    }

    @Test
    void aRolledBackKeyIsFreeAgain() throws Exception {
        try (HeldTransaction first = holding(key)) {
            first.rollBack();
        }
        assertThat(insertRepeating(key)).isEqualTo(INSERTED);
    }

    @Test
    void refusesToWriteWithoutATransaction() {
        assertThatThrownBy(() -> fixture.store.consumedKeys().insert("points", key, "m-1"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keysAreComparedExactly() throws Exception {
        for (String other :
                new String[] {"k", "K", "k ", "k  ", "k |", "k|", "\u00e9", "e", "e\u0301", "\uD83D\uDE00"}) {
            assertThat(insertRepeating(other)).as("'%s'", other).isEqualTo(INSERTED);
            assertThat(fixture.insertKey(other)).as("'%s'", other).isEqualTo(DUPLICATE);
        }
    }

    @Test
    void takesTheLongestKeyAndRefusesALongerOne() throws Exception {
        assertThat(insertRepeating("\u4e2d".repeat(254) + " ")).isEqualTo(INSERTED);
        assertThatThrownBy(() -> fixture.insertKey("x".repeat(256))).isInstanceOf(UnreadableMessageException.class);
    }

    @Test
    void aConcurrentDuplicateWaitsForTheCommit() throws Exception {
        try (HeldTransaction first = holding(key)) {
            CompletableFuture<ConsumedKeys.Outcome> second = waiting(key);
            first.commit();
            if (kind == TestDatabaseKind.POSTGRESQL && isolation.equals("TRANSACTION_REPEATABLE_READ")) {
                // 40001: the other has committed, so trying again at once says DUPLICATE.
                assertThat(second)
                        .failsWithin(Duration.ofSeconds(10))
                        .withThrowableThat()
                        .havingCause()
                        .isInstanceOfSatisfying(KeyBusyException.class, e -> assertThat(e.isReleased())
                                .isTrue());
            } else {
                assertThat(second).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(DUPLICATE);
            }
        }
        assertThat(fixture.insertKey(key)).isEqualTo(DUPLICATE);
    }

    @Test
    void aConcurrentDuplicateProceedsAfterARollBack() throws Exception {
        try (HeldTransaction first = holding(key)) {
            CompletableFuture<ConsumedKeys.Outcome> second = waiting(key);
            first.rollBack();
            if (isMariaDb()) {
                assertThat(second)
                        .failsWithin(Duration.ofSeconds(10))
                        .withThrowableThat()
                        .havingCause()
                        .isInstanceOfSatisfying(KeyBusyException.class, e -> assertThat(e.isReleased())
                                .isTrue());
                assertThat(insertRepeating(key)).isEqualTo(INSERTED);
            } else {
                assertThat(second).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(INSERTED);
            }
        }
    }

    @Test
    void whoWaitedAndRepeatsHoldsUpNoOtherKey() throws Exception {
        HeldTransaction first = holding(key + "-1");
        CompletableFuture<HeldTransaction> second = async(() -> new HeldTransaction(fixture.tx, () -> {
            // The work of a consumer that repeats in the way the port asks for; it stays open afterwards.
            fixture.store.consumedKeys().insert("points", key + "-1", "m-1");
        }));
        long before = System.nanoTime();
        Awaitility.await()
                .pollInSameThread()
                .until(() -> System.nanoTime() - before > Duration.ofMillis(200).toNanos());
        first.rollBack();
        HeldTransaction proceeded = null;
        try {
            proceeded = second.get(10, SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            proceeded = holding(key + "-1");
        }
        try {
            long start = System.nanoTime();
            assertThat(insertRepeating(key + "-2")).isEqualTo(INSERTED);
            assertThat(insertRepeating(key + "-0")).isEqualTo(INSERTED);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(800));
        } finally {
            proceeded.close();
        }
    }

    @Test
    void aWaitThatIsTooLongIsBusy() throws Exception {
        try (HeldTransaction first = holding(key)) {
            assertThatThrownBy(() -> fixture.insertKey(key))
                    .isInstanceOfSatisfying(KeyBusyException.class, e -> assertThat(e.isReleased())
                            .isFalse());
            first.commit();
        }
        assertThat(fixture.insertKey(key)).isEqualTo(DUPLICATE);
    }

    @Test
    void aDeadlockIsBusy() throws Exception {
        CyclicBarrier bothHold = new CyclicBarrier(2);
        CompletableFuture<ConsumedKeys.Outcome> one = async(() -> crossing(key + "-a", key + "-b", bothHold));
        CompletableFuture<ConsumedKeys.Outcome> two = async(() -> crossing(key + "-b", key + "-a", bothHold));

        Throwable failure = one.handle((done, e) -> e).get(20, SECONDS);
        Throwable other = two.handle((done, e) -> e).get(20, SECONDS);

        assertThat(java.util.Arrays.asList(failure, other))
                .anyMatch(KeyBusyException.class::isInstance)
                .allMatch(e -> e == null || e instanceof KeyBusyException);
    }

    private ConsumedKeys.Outcome crossing(String mine, String others, CyclicBarrier bothHold) throws KeyBusyException {
        return fixture.consume(() -> {
            insertThoughSlow(mine);
            try {
                bothHold.await(10, SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return fixture.store.consumedKeys().insert("points", others, "m");
        });
    }

    @Test
    void leavesNoTimeOutOnTheConnection() throws Exception {
        fixture.inTransaction(() -> fixture.jdbc.execute((java.sql.Connection connection) -> {
            try (var statement = connection.createStatement()) {
                int before = statement.getQueryTimeout();
                insertThoughSlow(key);
                return assertThat(statement.getQueryTimeout()).isEqualTo(before);
            } catch (KeyBusyException e) {
                throw new IllegalStateException(e);
            }
        }));
    }
}
