package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.FencedTransactionException;
import io.rmqtx.MessageIds;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.spi.MessageStatus;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Ways in which a protocol of this kind can break, each found once by exploring its orders of events. Further ones are
 * in {@link StaleCoordinatesTest}, {@link FencedTransactionTest} and {@link AtomicMessageTest}.
 */
class HolesTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ =
            EmbeddedRocketMqExtension.dedicated(broker -> {}); // which has no half messages of other tests

    private static final Duration LONG = Duration.ofSeconds(30);

    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.h2();
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** Hole 1: of a half that may not have survived, what lies at its place is looked at before it is ended. */
    @Test
    void aHalfMessageWhoseStorageIsUncertainIsLookedUpBeforeItIsEnded() {
        try (OrderService certain = OrderService.start(ROCKET_MQ.get(), database)) {
            long asked = ROCKET_MQ.get().faults().seenQueries(); // the start asks whether it may
            certain.orders.place(new Order("certain", 5));
            await().until(() -> certain.visible().size() == 1);
            assertThat(ROCKET_MQ.get().faults().seenQueries()).isEqualTo(asked);
        }
        try (OrderService service = OrderService.start(
                ROCKET_MQ.get(), database.dataSource(), app -> app.singleton("uncertain", new UncertainStorage()))) {
            long asked = ROCKET_MQ.get().faults().seenQueries();
            service.orders.place(new Order("uncertain", 5));

            await().until(() -> service.events.ends.size() == 1);
            assertThat(service.events.ends.get(0).outcome()).isEqualTo(EndOutcome.ACKNOWLEDGED);
            assertThat(ROCKET_MQ.get().faults().seenQueries()).isEqualTo(asked + 1);
            assertThat(service.visible()).hasSize(1);

            ROCKET_MQ.get().faults().queryUnavailable(1);
            service.orders.place(new Order("not-found", 5));
            await().until(() -> service.events.ends.size() == 2);
            assertThat(service.events.ends.get(1).outcome()).isEqualTo(EndOutcome.NOT_SENT);
            await().atMost(LONG).until(() -> service.visible().size() == 2); // by check-back
        }
    }

    /** Hole 5: a purge removes the fence while the process that it stopped is still paused. */
    @Test
    void aCallThatOutlivedItsFenceIsTooOldToBeWritten() {
        AtomicReference<OrderService> running = new AtomicReference<>();
        PausingTransport.Pause pause = half -> {
            OrderService service = running.get();
            await().atMost(LONG).until(() -> service.status(half.id().value()).equals("ABORTED"));
            assertThat(service.orders.jdbc().update("DELETE FROM rmq_tx_message WHERE status = 'ABORTED'"))
                    .isOne();
            await().atMost(LONG)
                    .until(() -> half.id().createdAt().plusSeconds(4).isBefore(Instant.now()));
        };
        try (OrderService service = OrderService.start(
                ROCKET_MQ.get(), database.dataSource(), app -> app.singleton("pause", PausingTransport.injecting(pause))
                        .property("rmq-tx.producer.max-call-age", "4s"))) {
            running.set(service);

            assertThatThrownBy(() -> service.orders.place(new Order("o1", 5)))
                    .isInstanceOf(FencedTransactionException.class)
                    .hasMessageContaining("max-call-age");

            assertThat(service.orders.count()).isZero();
            assertThat(service.rows()).isZero();
            assertThat(service.visible()).isEmpty();
        }
    }

    /** Hole 7: waiting for a pooled connection is a pause in which another instance fences the call. */
    @Test
    void aCallThatWaitedForAConnectionStartsOnceMoreUnderANewId() throws Exception {
        HikariDataSource small = database.newPool(pool -> pool.setMaximumPoolSize(1));
        try (OrderService service = OrderService.start(ROCKET_MQ.get(), small, app -> app);
                OrderService other = OrderService.startOn(
                        service.topic,
                        ROCKET_MQ.get(),
                        database.dataSource(),
                        app -> app.property(
                                "spring.application.name",
                                service.context.getEnvironment().getProperty("spring.application.name", "")))) {
            CompletableFuture<String> call;
            try (Connection taken = small.getConnection()) {
                assertThat(taken.isValid(1)).isTrue();
                call = CompletableFuture.supplyAsync(
                        () -> service.orders.place(new Order("o1", 5)), task -> new Thread(task).start());
                await().until(() -> service.events.halves.size() == 1);
                String first = service.events.halves.get(0).id().value();
                await().atMost(LONG).until(() -> other.status(first).equals("ABORTED"));
            }

            assertThat(call.get()).isEqualTo("o1");
            assertThat(service.events.restarts).hasSize(1);
            await().until(() -> service.visible().size() == 1);
            assertThat(service.visible().get(0).property(MessageHeaders.MESSAGE_ID))
                    .isEqualTo(service.events.halves.get(1).id().value());
            assertThat(service.orders.count()).isOne();
        }
    }

    /** Hole 9: otherwise a row whose transaction took long is due for the relay the moment it is committed. */
    @Test
    void aLongTransactionIsDueOnlyAfterItsCommit() {
        ROCKET_MQ.get().faults().dropEndTransaction(FaultSwitches.ALWAYS);
        ROCKET_MQ.get().faults().dropChecks(FaultSwitches.ALWAYS);
        try (OrderService service = OrderService.start(
                ROCKET_MQ.get(), database.dataSource(), app -> app.property("rmq-tx.producer.reconcile-delay", "2s"))) {
            service.orders.place(new Order("quick", 5));
            Instant start = Instant.now();
            service.orders.setBusiness(
                    () -> await().until(() -> start.plusMillis(1500).isBefore(Instant.now())));
            service.orders.place(new Order("long", 5));

            List<Long> dueAfter = service.orders
                    .jdbc()
                    .queryForList("SELECT next_attempt_at - created_at FROM rmq_tx_message ORDER BY seq", Long.class);
            assertThat(dueAfter.get(0)).isBetween(1900L, 2900L);
            assertThat(dueAfter.get(1)).isGreaterThanOrEqualTo(3400L);
        }
    }

    /** Hole 9: meanwhile a check-back may have published it. */
    @Test
    void aPauseAfterTheCommitLeavesTheEndToTheCheckBack() {
        try (OrderService service = OrderService.start(
                ROCKET_MQ.get(), database.dataSource(), app -> app.property("rmq-tx.producer.commit-within", "50ms"))) {
            service.orders.setBusiness(
                    () -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                        @Override
                        public void afterCommit() {
                            Instant committed = Instant.now();
                            await().until(() -> committed.plusMillis(60).isBefore(Instant.now()));
                        }
                    }));

            service.orders.place(new Order("o1", 5));

            assertThat(service.events.skipped)
                    .containsExactly(service.events.halves.get(0).id().value());
            await().atMost(LONG).until(() -> service.visible().size() == 1);
            assertThat(ROCKET_MQ.get().faults().seenCommits())
                    .as("the check-back's only")
                    .isOne();
            await().until(() -> service.events.marked.size() == 1);
        }
    }

    /** Hole 10: every state that a row can have when a left-over half message is asked about. */
    @Test
    void everyStateOfARowHasItsAnswer() {
        FaultSwitches faults = ROCKET_MQ.get().faults();
        faults.dropChecks(FaultSwitches.ALWAYS);
        try (OrderService service = OrderService.start(
                ROCKET_MQ.get(),
                database.dataSource(),
                app -> app.singleton("twice", TransportFaults.everyHalfTwice()))) {
            Map<String, MessageStatus> visible = place(service, "visible");
            String outboxVisible = placeOne(service, "outbox-visible");
            await().until(() -> service.events.marked.size() == visible.size() + 1);
            faults.dropEndTransaction(FaultSwitches.ALWAYS);
            Map<String, MessageStatus> invisible = place(service, "invisible");
            String outboxInvisible = placeOne(service, "outbox-invisible");
            await().until(() -> faults.seenCommits() == 2 * (visible.size() + 1));
            JdbcTemplate jdbc = service.orders.jdbc();
            visible.forEach((id, status) -> set(jdbc, "status", status.name(), id));
            invisible.forEach((id, status) -> set(jdbc, "status", status.name(), id));
            set(jdbc, "mode", "OUTBOX", outboxVisible);
            set(jdbc, "mode", "OUTBOX", outboxInvisible);

            faults.reset();

            await().atMost(LONG).until(() -> ROCKET_MQ.get().pendingHalfMessages() == 0);
            visible.forEach((id, status) -> {
                assertThat(copies(service, id)).as("%s, visible", status).isOne();
                assertThat(service.status(id)).as("seen is not acknowledged").isEqualTo(status.name());
                assertThat(answers(service, id)).as("%s, visible", status).containsOnly(CheckBackAnswer.ROLLBACK);
            });
            invisible.forEach((id, status) -> {
                assertThat(copies(service, id)).as("%s", status).isEqualTo(status.isDeliverable() ? 1 : 0);
                if (status.isDeliverable()) {
                    assertThat(answers(service, id)).as("%s", status).containsOnlyOnce(CheckBackAnswer.COMMIT);
                } else {
                    assertThat(answers(service, id)).as("%s", status).containsOnly(CheckBackAnswer.ROLLBACK);
                }
            });
            assertThat(copies(service, outboxVisible)).isOne();
            assertThat(copies(service, outboxInvisible))
                    .as("the relay delivers it")
                    .isZero();
            assertThat(answers(service, outboxInvisible)).containsOnly(CheckBackAnswer.ROLLBACK);
        }
    }

    private static Map<String, MessageStatus> place(OrderService service, String prefix) {
        Map<String, MessageStatus> placed = new LinkedHashMap<>();
        for (MessageStatus status : MessageStatus.values()) {
            placed.put(placeOne(service, prefix + "-" + status), status);
        }
        return placed;
    }

    private static String placeOne(OrderService service, String order) {
        try (MessageIds ids = MessageIds.record()) {
            service.orders.place(new Order(order, 5));
            return ids.single();
        }
    }

    private static void set(JdbcTemplate jdbc, String column, String value, String id) {
        assertThat(jdbc.update("UPDATE rmq_tx_message SET " + column + " = ? WHERE message_id = ?", value, id))
                .isOne();
    }

    private static long copies(OrderService service, String id) {
        return service.visible().stream()
                .map(message -> message.property(MessageHeaders.MESSAGE_ID))
                .filter(id::equals)
                .count();
    }

    private static List<CheckBackAnswer> answers(OrderService service, String id) {
        List<CheckBackAnswer> answers = new ArrayList<>();
        service.events.checks.stream()
                .filter(check -> check.messageId().equals(id))
                .filter(check -> !check.reason().startsWith("an earlier question")) // there are two halves of each
                .forEach(check -> answers.add(check.answer()));
        return answers;
    }
}
