package io.rmqtx.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.IdempotencyKeyBusyException;
import io.rmqtx.InvalidMessageException;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One effect per group and key, of methods that no listener container calls. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class IdempotentContract {

    private static final Accounts.Step NOTHING = () -> {};

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private TestDatabase database;
    private HikariDataSource pool;
    private JdbcTemplate jdbc;
    private ConfigurableApplicationContext service;
    private Accounts accounts;

    abstract TestDatabase newDatabase();

    @BeforeAll
    void start() {
        database = newDatabase();
        ConsumerApp.createEffects(database);
        pool = database.dataSource();
        jdbc = new JdbcTemplate(pool);
        service = service("20s", 20);
        accounts = service.getBean(Accounts.class);
    }

    @AfterAll
    void stop() {
        threads.shutdownNow();
        service.close();
        database.close();
    }

    private ConfigurableApplicationContext service(String keyWait, int consumerThreads) {
        return TestApp.of(Service.class)
                .dataSource(pool)
                .property("rmq-tx.consumer.key-wait", keyWait)
                .property("rmq-tx.consumer.threads", consumerThreads)
                .bean(Accounts.class)
                .start();
    }

    private List<String> effects(String id) {
        return ConsumerApp.effects(jdbc, id);
    }

    private int keys(String id) {
        Integer count = jdbc.queryForObject(
                "SELECT COUNT(*) FROM rmq_tx_consumed WHERE idempotency_key = ?", Integer.class, id);
        return count == null ? -1 : count;
    }

    @Test
    void aSecondCallWithTheKeyDoesNothingAndReturnsNull() throws Exception {
        assertThat(accounts.book(new Entry("twice"), NOTHING)).isEqualTo("booked twice");
        assertThat(accounts.book(new Entry("twice"), NOTHING)).isNull();
        assertThat(effects("twice")).hasSize(1);
        assertThat(keys("twice")).isEqualTo(1);
    }

    @Test
    void groupsHaveKeysOfTheirOwn() throws Exception {
        assertThat(accounts.book(new Entry("grouped"), NOTHING)).isNotNull();
        assertThat(accounts.bookInAnotherGroup(new Entry("grouped"))).isNotNull();
        assertThat(effects("grouped")).hasSize(2);
    }

    @Test
    void aCallThroughAGenericInterfaceThatCarriesTheAnnotationIsProtected() {
        GenericHandler<Entry> handler = accounts;
        handler.handle(new Entry("generic"));
        handler.handle(new Entry("generic"));
        assertThat(effects("generic")).hasSize(1);
    }

    @Test
    void whateverTheMethodThrowsRollsBackEffectAndKeySoThatTheNextCallRuns() throws Exception {
        Entry entry = new Entry("thrown");
        assertThatThrownBy(() -> accounts.book(entry, () -> {
                    throw new IOException("checked");
                }))
                .isInstanceOf(IOException.class);
        assertThat(effects("thrown")).isEmpty();
        assertThat(keys("thrown")).isZero();
        assertThat(accounts.book(entry, NOTHING)).isNotNull();
        assertThat(effects("thrown")).hasSize(1);
    }

    @Test
    void theMethodsOwnTransactionJoinsSoThatItsRulesDoNotSeparateEffectAndKey() throws Exception {
        Entry entry = new Entry("joined");
        assertThatThrownBy(() -> accounts.bookJoining(entry, () -> {
                    throw new IllegalStateException("its own rule says: commit");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(effects("joined")).isEmpty();
        assertThat(keys("joined")).isZero();
        accounts.bookJoining(entry, NOTHING);
        accounts.bookJoining(entry, NOTHING);
        assertThat(effects("joined")).hasSize(1);
    }

    @Test
    void concurrentDuplicatesWaitForTheFirstAndThenDoNothing() throws Exception {
        Held held = hold("waited", NOTHING);
        List<Future<String>> duplicates = duplicates("waited", 4);
        held.release();
        assertThat(held.call().get(60, TimeUnit.SECONDS)).isEqualTo("booked waited");
        for (Future<String> duplicate : duplicates) {
            assertThat(duplicate.get(60, TimeUnit.SECONDS)).isNull();
        }
        assertThat(effects("waited")).hasSize(1);
    }

    @Test
    void ifTheFirstRollsBackOneOfThoseThatWaitGoesOn() throws Exception {
        Held held = hold("inherited", () -> {
            throw new IOException("the first rolls back");
        });
        List<Future<String>> duplicates = duplicates("inherited", 3);
        held.release();
        assertThatThrownBy(() -> held.call().get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
        List<String> results = new ArrayList<>();
        for (Future<String> duplicate : duplicates) {
            results.add(duplicate.get(60, TimeUnit.SECONDS));
        }
        assertThat(results).containsExactlyInAnyOrder("booked inherited", null, null);
        assertThat(effects("inherited")).hasSize(1);
    }

    @Test
    void aWaitThatIsOverSaysThatNothingWasDone() throws Exception {
        try (ConfigurableApplicationContext impatient = service("0s", 20)) {
            Held held = hold("busy", NOTHING);
            assertThatThrownBy(() -> impatient.getBean(Accounts.class).book(new Entry("busy"), NOTHING))
                    .isInstanceOf(IdempotencyKeyBusyException.class)
                    .hasMessageContaining("Accounts.book")
                    .hasMessageContaining("'busy' of group 'accounts'")
                    .hasMessageContaining("delivered again later");
            held.release();
            assertThat(held.call().get(60, TimeUnit.SECONDS)).isNotNull();
            assertThat(impatient.getBean(Accounts.class).book(new Entry("busy"), NOTHING))
                    .isNull();
        }
        assertThat(effects("busy")).hasSize(1);
    }

    @Test
    void halfOfTheThreadsMayWaitAndTheOthersAreSentAwayAtOnce() throws Exception {
        try (ConfigurableApplicationContext narrow = service("60s", 2)) {
            Held held = hold("crowded", NOTHING);
            Accounts crowded = narrow.getBean(Accounts.class);
            List<Future<String>> calls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                calls.add(threads.submit(() -> crowded.book(new Entry("crowded"), NOTHING)));
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> calls.stream().filter(Future::isDone).count() == 2);
            held.release();
            int busy = 0;
            for (Future<String> call : calls) {
                try {
                    assertThat(call.get(60, TimeUnit.SECONDS)).isNull();
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(IdempotencyKeyBusyException.class);
                    busy++;
                }
            }
            assertThat(busy).isEqualTo(2);
        }
        assertThat(effects("crowded")).hasSize(1);
    }

    @Test
    void aCallInsideATransactionIsRefusedBecauseItsKeyWouldNotComeFirst() {
        TransactionTemplate outer = new TransactionTemplate(service.getBean(PlatformTransactionManager.class));
        assertThatThrownBy(() -> outer.execute(status -> accounts.bookInAnotherGroup(new Entry("inside"))))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("Accounts.bookInAnotherGroup")
                .hasMessageContaining("inside a transaction");
        assertThat(effects("inside")).isEmpty();
        assertThat(keys("inside")).isZero();
    }

    @Test
    void aKeyThatCannotBeStoredFailsTheCallBeforeAnythingHappened() {
        for (String id : new String[] {null, " ", "x".repeat(256), "a\nb"}) {
            assertThatThrownBy(() -> accounts.book(new Entry(id), NOTHING))
                    .isInstanceOf(InvalidMessageException.class)
                    .hasMessageContaining("Accounts.book")
                    .hasMessageContaining("1 to 255 printable characters");
        }
        assertThatThrownBy(() -> accounts.book(null, NOTHING))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("cannot be evaluated");
        assertThat(effects("a\nb")).isEmpty();
    }

    /** A call that has written and waits to be released. */
    private Held hold(String id, Accounts.Step then) throws InterruptedException, TimeoutException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        Future<String> call = threads.submit(() -> accounts.book(new Entry(id), () -> {
            entered.countDown();
            assertThat(proceed.await(60, TimeUnit.SECONDS)).isTrue();
            then.run();
        }));
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
        return new Held(call, proceed);
    }

    /** Calls of which each one has its connection already, so that it waits for the key. */
    private List<Future<String>> duplicates(String id, int count) {
        List<Future<String>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(threads.submit(() -> accounts.book(new Entry(id), NOTHING)));
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> pool.getHikariPoolMXBean().getActiveConnections() == count + 1);
        return calls;
    }

    private record Held(Future<String> call, CountDownLatch proceed) {
        void release() {
            proceed.countDown();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Service {}
}
