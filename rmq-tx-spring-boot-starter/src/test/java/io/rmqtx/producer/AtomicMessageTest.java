package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.MessageIds;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.RecordingListener.End;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** P1: the message is visible if, and only if, the local transaction committed. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class AtomicMessageTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Parameter
    TestDatabaseKind kind;

    private TestDatabase database;
    private OrderService service;

    @BeforeEach
    void start() {
        database = TestDatabase.of(kind);
        service = OrderService.start(ROCKET_MQ.get(), database);
    }

    @AfterEach
    void stop() {
        service.close();
        database.close();
    }

    @Test
    void aCommittedTransactionPublishesExactlyOneMessage() {
        String id;
        try (MessageIds ids = MessageIds.record()) {
            service.orders.place(new Order("o1", 5));
            id = ids.single();
        }

        await().until(() -> service.visible().size() == 1);
        StoredMessage message = service.visible().get(0);
        assertThat(message.property(MessageHeaders.MESSAGE_ID)).isEqualTo(id);
        assertThat(message.property("KEYS")).isEqualTo(id + " o1");
        assertThat(message.property("TAGS")).isEqualTo("CREATED");
        assertThat(message.property(MessageHeaders.TYPE)).isEqualTo("Order");
        assertThat(message.bodyAsString()).isEqualTo("{\"id\":\"o1\",\"amount\":5}");
        await().until(() -> service.status(id).equals("PUBLISHED"));
        assertThat(service.orders.count()).isOne();
        assertThat(service.events.ends).containsExactly(new End(id, Decision.COMMIT, EndOutcome.ACKNOWLEDGED));
    }

    @Test
    void aTransactionIsOpenedWhereThereIsNone() {
        service.orders.placeWithoutTransaction(new Order("o1", 5));

        await().until(() -> service.visible().size() == 1);
        assertThat(service.orders.count()).isOne();

        service.orders.setBusiness(() -> {
            throw new IllegalStateException("business says no");
        });
        assertThatThrownBy(() -> service.orders.placeWithoutTransaction(new Order("o2", 5)))
                .hasMessage("business says no");

        await().until(() -> service.events.ends.size() == 2);
        assertThat(service.events.ends.get(1).decision()).isEqualTo(Decision.ROLLBACK);
        assertThat(service.orders.count()).isOne();
        assertThat(service.rows()).isOne();
        assertThat(service.visible()).hasSize(1);
    }

    @Test
    void anExceptionRollsBackBothTheOrderAndTheMessage() {
        service.orders.setBusiness(() -> {
            throw new IllegalStateException("business says no");
        });

        assertThatThrownBy(() -> service.orders.place(new Order("o1", 5))).hasMessage("business says no");

        await().until(() -> service.events.ends.size() == 1);
        assertThat(service.events.ends.get(0).decision()).isEqualTo(Decision.ROLLBACK);
        assertThat(service.events.ends.get(0).outcome()).isEqualTo(EndOutcome.ACKNOWLEDGED);
        assertThat(service.orders.count()).isZero();
        assertThat(service.rows()).isZero();
        assertThat(service.visible()).isEmpty();
    }

    @Test
    void aCheckedExceptionCommitsBySpringsRuleAndTheMessageFollows() {
        assertThatThrownBy(() -> service.orders.placeThenThrowChecked(new Order("o1", 5)))
                .isInstanceOf(IOException.class);

        await().until(() -> service.visible().size() == 1);
        assertThat(service.orders.count()).isOne();
    }

    @Test
    void aConditionThatDoesNotHoldSendsNothing() {
        service.orders.placeIfLarge(new Order("small", 5));
        service.orders.placeIfLarge(new Order("large", 500));

        await().until(() -> service.visible().size() == 1);
        assertThat(service.visible().get(0).bodyAsString()).contains("large");
        assertThat(service.orders.count()).isEqualTo(2);
        assertThat(service.rows()).isOne();
    }

    @Test
    void aTransactionIsOpenedAlsoWhenTheConditionDoesNotHold() {
        service.orders.setBusiness(() -> {
            throw new IllegalStateException("business says no");
        });

        assertThatThrownBy(() -> service.orders.placeIfLarge(new Order("small", 5)))
                .hasMessage("business says no");

        assertThat(service.orders.count()).isZero();
        assertThat(service.events.halves).isEmpty();
    }

    @Test
    void aMessageThatIsRolledBackToASavepointGoesWithIt() {
        AtomicInteger calls = new AtomicInteger();
        service.orders.setBusiness(() -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("business says no");
            }
        });

        service.transaction().executeWithoutResult(outer -> {
            assertThatThrownBy(() -> service.orders.placeNested(new Order("dropped", 5)))
                    .hasMessage("business says no");
            service.orders.placeNested(new Order("kept", 5));
        });

        await().until(() -> service.visible().size() == 1);
        assertThat(service.visible().get(0).bodyAsString()).contains("kept");
        assertThat(service.orders.count()).isOne();
        assertThat(service.rows()).isOne();
        assertThat(service.events.halves).hasSize(1);
    }

    @Test
    void aCallAfterTheCommitIsRefusedUnlessItBringsATransactionOfItsOwn() {
        List<Throwable> refused = new ArrayList<>();
        service.transaction()
                .executeWithoutResult(outer ->
                        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                            @Override
                            public void afterCommit() {
                                refused.add(catchThrowable(() -> service.orders.place(new Order("late", 5))));
                                refused.add(catchThrowable(
                                        () -> service.orders.placeWithoutTransaction(new Order("later", 5))));
                                service.orders.placeInNewTransaction(new Order("new", 5));
                            }
                        }));

        assertThat(refused).hasSize(2).allSatisfy(refusal -> assertThat(refusal)
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("REQUIRES_NEW"));
        await().until(() -> service.visible().size() == 1);
        assertThat(service.visible().get(0).bodyAsString()).contains("new");
        assertThat(service.orders.count()).isOne();
        service.orders.place(new Order("afterwards", 5));
        await().until(() -> service.visible().size() == 2);
    }

    @Test
    void severalMessagesOfOneMethodAreAllPublishedOrNone() {
        service.orders.placeTwice(new Order("o1", 5));
        await().until(() -> service.visible().size() == 2);

        service.orders.setBusiness(() -> {
            throw new IllegalStateException("business says no");
        });
        assertThatThrownBy(() -> service.orders.placeTwice(new Order("o2", 5))).hasMessage("business says no");
        await().until(() -> service.events.ends.size() == 4);
        assertThat(service.visible()).hasSize(2);
        assertThat(service.rows()).isEqualTo(2);
    }

    @Test
    void aJoinedCallFollowsTheOuterTransaction() {
        service.transaction().executeWithoutResult(outer -> {
            service.orders.place(new Order("o1", 5));
            assertThat(service.events.halves).as("sent just before the commit").isEmpty();
        });
        await().until(() -> service.visible().size() == 1);

        service.transaction().executeWithoutResult(outer -> {
            service.orders.place(new Order("o2", 5));
            outer.setRollbackOnly();
        });

        assertThat(service.events.halves).as("nothing is sent for what fails").hasSize(1);
        assertThat(service.orders.count()).isOne();
        assertThat(service.rows()).isOne();
        assertThat(service.visible()).hasSize(1);
    }

    @Test
    void aJoinedCallWithoutTransactionalThatFailsTakesTheOuterTransactionWithIt() {
        service.orders.setBusiness(() -> {
            throw new IllegalStateException("business says no");
        });

        assertThatThrownBy(() -> service.transaction().executeWithoutResult(outer -> {
                    try {
                        service.orders.placeWithoutTransaction(new Order("o1", 5));
                    } catch (IllegalStateException e) {
                        assertThat(e).hasMessage("business says no"); // and goes on, as if nothing had happened
                    }
                }))
                .isInstanceOf(org.springframework.transaction.UnexpectedRollbackException.class);

        assertThat(service.orders.count()).isZero();
        assertThat(service.rows()).isZero();
        assertThat(service.visible()).isEmpty();
    }

    @Test
    void aBrokerThatFailsBeforeTheOuterCommitRollsTheOuterTransactionBack() {
        ROCKET_MQ.get().faults().failSends(13, FaultSwitches.ALWAYS);

        assertThatThrownBy(() ->
                        service.transaction().executeWithoutResult(outer -> service.orders.place(new Order("o1", 5))))
                .isInstanceOf(io.rmqtx.InvalidMessageException.class);

        assertThat(service.orders.count()).isZero();
        assertThat(service.rows()).isZero();
    }

    @Test
    void aMessageOfANewTransactionSurvivesTheOuterRollBack() {
        service.transaction().executeWithoutResult(outer -> {
            service.orders.placeInNewTransaction(new Order("inner", 5));
            service.orders.place(new Order("outer", 5));
            outer.setRollbackOnly();
        });

        await().until(() -> service.visible().size() == 1);
        assertThat(service.visible().get(0).bodyAsString()).contains("inner");
        assertThat(service.orders.count()).isOne();
        assertThat(service.rows()).isOne();
    }

    @Test
    void aLostCommitIsCompletedByCheckBack() {
        ROCKET_MQ.get().faults().dropEndTransaction(1);
        String id;
        try (MessageIds ids = MessageIds.record()) {
            service.orders.place(new Order("o1", 5));
            id = ids.single();
        }
        assertThat(service.visible()).isEmpty();

        await().atMost(Duration.ofSeconds(20)).until(() -> service.status(id).equals("PUBLISHED"));
        assertThat(service.visible()).hasSize(1);
        assertThat(service.events.checks)
                .anyMatch(check -> check.messageId().equals(id) && check.answer() == CheckBackAnswer.COMMIT);
    }

    @Test
    void aCheckBackStaysUnansweredWhileABrokerDoesNotSayWhetherTheMessageIsVisible() {
        ROCKET_MQ.get().faults().dropEndTransaction(1);
        ROCKET_MQ.get().faults().queryUnavailable(1);

        service.orders.place(new Order("o1", 5));

        await().atMost(Duration.ofSeconds(20)).until(() -> answered(CheckBackAnswer.COMMIT, "committed") == 1);
        assertThat(answered(CheckBackAnswer.UNKNOWN, "not every broker said")).isOne();
        assertThat(service.visible()).hasSize(1);
    }

    @Test
    void aCommitWhoseAnswerIsLostIsNotMadeTwice() {
        ROCKET_MQ.get().faults().dropEndTransactionAnswer(1);
        service.orders.place(new Order("o1", 5));

        // The broker may ask again for what it has executed; "visible already" answers that.
        await().until(() -> service.visible().size() == 1);
        await().until(() -> service.events.ends.size() == 1);
        assertThat(service.events.ends.get(0).outcome()).isEqualTo(EndOutcome.UNKNOWN);
        await().during(Duration.ofSeconds(4))
                .atMost(Duration.ofSeconds(8))
                .until(() -> service.visible().size() == 1);
    }

    @Test
    void aTransactionThatOutlivesChecksIsPublishedOnceAfterItsCommit() {
        service.orders.setBusiness(
                () -> await().atMost(Duration.ofSeconds(20)).until(() -> answered(CheckBackAnswer.UNKNOWN, "") > 0));

        service.orders.place(new Order("slow", 5));

        // The broker made a fresh copy for each check; the commit ended the first one, and it asks about the last one.
        await().atMost(Duration.ofSeconds(20)).until(() -> answered(CheckBackAnswer.ROLLBACK, "visible already") > 0);
        assertThat(service.visible()).hasSize(1);
        assertThat(answered(CheckBackAnswer.ROLLBACK, "fenced"))
                .as("the row's lock keeps the fence out")
                .isZero();
        assertThat(service.orders.count()).isOne();
    }

    private long answered(CheckBackAnswer answer, String reason) {
        return service.events.checks.stream()
                .filter(check -> check.answer() == answer && check.reason().startsWith(reason))
                .count();
    }

    @Test
    void anotherInstanceAnswersForAProducerThatIsGone() {
        ROCKET_MQ.get().faults().dropEndTransaction(FaultSwitches.ALWAYS);
        String application = service.context.getEnvironment().getProperty("spring.application.name");
        service.orders.place(new Order("o1", 5));
        await().until(() -> ROCKET_MQ.get().faults().seenCommits() > 0);
        service.close();
        assertThat(service.visible()).isEmpty();
        ROCKET_MQ.get().faults().reset();

        try (OrderService other = OrderService.startOn(
                service.topic,
                ROCKET_MQ.get(),
                database.dataSource(),
                app -> app.property("spring.application.name", application))) {
            await().atMost(Duration.ofSeconds(20)).until(() -> other.visible().size() == 1);
            await().until(() -> !other.events.marked.isEmpty());
            assertThat(other.events.halves).as("it was idle").isEmpty();
        }
    }

    @Test
    void anInstanceWithoutTheStoreNeverAnswersRollBack() {
        ROCKET_MQ.get().faults().dropEndTransaction(1);
        String application = service.context.getEnvironment().getProperty("spring.application.name");
        service.orders.place(new Order("o1", 5));
        await().until(() -> ROCKET_MQ.get().faults().seenCommits() > 0);
        service.close();
        ROCKET_MQ.get().faults().reset();

        try (TestDatabase another = TestDatabase.of(kind)) {
            try (OrderService stranger = OrderService.startOn(
                    service.topic,
                    ROCKET_MQ.get(),
                    another.dataSource(),
                    app -> app.property("spring.application.name", application))) {
                await().atMost(Duration.ofSeconds(20)).until(() -> stranger.events.checks.stream()
                        .anyMatch(check -> check.reason().equals("unknown store")));
                assertThat(stranger.events.checks).allMatch(check -> check.answer() == CheckBackAnswer.UNKNOWN);
                assertThat(ROCKET_MQ.get().faults().seenRollbacks()).isZero();
            }
        }
        try (OrderService right = OrderService.startOn(
                service.topic,
                ROCKET_MQ.get(),
                database.dataSource(),
                app -> app.property("spring.application.name", application))) {
            await().atMost(Duration.ofSeconds(20)).until(() -> right.visible().size() == 1);
        }
    }

    @Test
    void theHalfMessageIsSentBeforeAConnectionIsTaken() {
        service.close();
        HikariDataSource single = database.newPool(config -> config.setMaximumPoolSize(1));
        service = OrderService.start(ROCKET_MQ.get(), single, app -> app.property("rmq-tx.relay.mark-delay", "10s"));
        ROCKET_MQ.get().faults().delaySends(Duration.ofMillis(1500), 1);

        CompletableFuture<Void> call = CompletableFuture.runAsync(() -> service.orders.place(new Order("o1", 5)));
        await().until(() -> ROCKET_MQ.get().faults().seenHalfSends() > 0);

        assertThat(single.getHikariPoolMXBean().getActiveConnections()).isZero();
        assertThat(call).isNotDone();
        call.join();
        await().until(() -> service.visible().size() == 1);
    }
}
