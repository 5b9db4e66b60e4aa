package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageIds;
import io.rmqtx.MessageSendException;
import io.rmqtx.NewMessage;
import io.rmqtx.ReliableMessageTemplate;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.RecordingListener.End;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** P1 for half messages that are sent early or late by request. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#h2OrAll")
class HalfMessageTimingTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Parameter
    TestDatabaseKind kind;

    private TestDatabase database;
    private OrderService service;
    private TimedOrders orders;

    @BeforeEach
    void start() {
        database = TestDatabase.of(kind);
        service = OrderService.start(TimedOrderApp.class, ROCKET_MQ.get(), database.dataSource(), app -> app);
        orders = service.context.getBean(TimedOrders.class);
    }

    @AfterEach
    void stop() {
        service.close();
        database.close();
    }

    private void nothingIsLeft() {
        assertThat(service.orders.count()).isZero();
        assertThat(service.rows()).isZero();
        assertThat(service.visible()).isEmpty();
    }

    @Test
    void aLateMessageIsMadeOfTheResultAndSentAfterTheMethod() {
        orders.setBusiness(() -> {
            assertThat(service.events.halves).isEmpty();
            assertThat(service.rows()).isZero();
        });
        String id;
        try (MessageIds ids = MessageIds.record()) {
            orders.placeLate(new Order("o1", 105));
            id = ids.single();
        }

        await().until(() -> service.visible().size() == 1);
        assertThat(service.visible().get(0).bodyAsString()).isEqualTo("{\"id\":\"o1\",\"amount\":5}");
        assertThat(service.visible().get(0).property("KEYS")).isEqualTo(id + " o1");
        await().until(() -> service.status(id).equals("PUBLISHED"));
        assertThat(service.orders.count()).isOne();
    }

    @Test
    void aLateConditionSeesTheResult() {
        orders.placeLate(new Order("o1", 5));

        assertThat(service.orders.count()).isOne();
        assertThat(service.rows()).isZero();
        assertThat(service.events.halves).isEmpty();
    }

    @Test
    void aLateMessageOpensATransactionWhereThereIsNone() {
        orders.placeLateWithoutTransaction(new Order("o1", 5));
        await().until(() -> service.visible().size() == 1);

        orders.setBusiness(() -> {
            throw new IllegalStateException("business says no");
        });
        assertThatThrownBy(() -> orders.placeLateWithoutTransaction(new Order("o2", 5)))
                .hasMessage("business says no");

        assertThat(service.events.halves)
                .as("nothing is sent for business that fails")
                .hasSize(1);
        assertThat(service.orders.count()).isOne();
        assertThat(service.rows()).isOne();
    }

    @Test
    void aJoinedLateCallFollowsTheOuterTransaction() {
        service.transaction().executeWithoutResult(outer -> {
            orders.placeLate(new Order("o1", 105));
            assertThat(service.rows()).isOne();
            assertThat(service.events.halves).isEmpty();
        });
        await().until(() -> service.visible().size() == 1);

        service.transaction().executeWithoutResult(outer -> {
            orders.placeLate(new Order("o2", 105));
            outer.setRollbackOnly();
        });
        assertThat(service.events.halves).hasSize(1);
        assertThat(service.rows()).isOne();
    }

    @Test
    void aLateCommitThatIsLostIsCompletedByCheckBack() {
        ROCKET_MQ.get().faults().dropEndTransaction(1);
        String id;
        try (MessageIds ids = MessageIds.record()) {
            orders.placeLate(new Order("o1", 105));
            id = ids.single();
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> service.status(id).equals("PUBLISHED"));
        assertThat(service.visible()).hasSize(1);
        assertThat(service.events.checks)
                .anyMatch(check -> check.messageId().equals(id) && check.answer() == CheckBackAnswer.COMMIT);
    }

    @Test
    void aBrokerThatIsAwayRollsALateCallBack() {
        ROCKET_MQ.get().stopBroker();
        try {
            assertThatThrownBy(() -> orders.placeLate(new Order("o1", 105))).isInstanceOf(MessageSendException.class);
        } finally {
            ROCKET_MQ.get().startBroker();
        }
        nothingIsLeft();
    }

    @Test
    void aCheckedExceptionCommitsBySpringsRuleAndTheLateMessageFollows() {
        assertThatThrownBy(() -> orders.placeThenThrowChecked(new Order("o1", 5)))
                .isInstanceOf(IOException.class);

        await().until(() -> service.visible().size() == 1);
        assertThat(service.orders.count()).isOne();
    }

    @Test
    void aCheckedExceptionRollsBackWhereTheMessageNeedsTheResult() {
        assertThatThrownBy(() -> orders.placeThenThrowCheckedWithoutResult(new Order("o1", 5)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("#result")
                .hasMessageContaining("rollbackFor")
                .hasCauseInstanceOf(IOException.class);
        nothingIsLeft();
    }

    @Test
    void aMessageThatCannotBeMadeOfTheResultRollsBackWhateverTheRulesSay() {
        assertThatThrownBy(() -> orders.placeWithoutResult(new Order("o1", 5)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("null");
        nothingIsLeft();

        assertThatThrownBy(() -> service.transaction().executeWithoutResult(outer -> {
                    try {
                        orders.placeWithoutResult(new Order("o2", 5));
                    } catch (InvalidMessageException e) {
                        assertThat(e).hasMessageContaining("null"); // and goes on, as if nothing had happened
                    }
                }))
                .isInstanceOf(InvalidMessageException.class);
        nothingIsLeft();
    }

    @Test
    void whatIsRolledBackToASavepointIsNoLongerRefused() {
        service.transaction().executeWithoutResult(outer -> {
            service.orders.place(new Order("kept", 5));
            assertThatThrownBy(() -> orders.placeLateNested(new Order("o1", 5)))
                    .isInstanceOf(InvalidMessageException.class);
        });

        await().until(() -> service.visible().size() == 1);
        assertThat(service.visible().get(0).bodyAsString()).contains("kept");
        assertThat(service.orders.count()).isOne();
        assertThat(service.rows()).isOne();
    }

    @Test
    void aRefusalOutsideOfTheSavepointStays() {
        assertThatThrownBy(() -> service.transaction().executeWithoutResult(outer -> {
                    assertThatThrownBy(() -> orders.placeWithoutResult(new Order("refused", 5)))
                            .isInstanceOf(InvalidMessageException.class);
                    assertThatThrownBy(() -> orders.placeLateNested(new Order("o1", 5)))
                            .isInstanceOf(InvalidMessageException.class);
                }))
                .isInstanceOfAny(InvalidMessageException.class, UnexpectedRollbackException.class);
        nothingIsLeft();
    }

    @Test
    void anEarlyCallInsideAnOuterTransactionSendsAtOnceAndFollowsItsOutcome() {
        service.transaction().executeWithoutResult(outer -> {
            orders.placeEarly(new Order("o1", 5));
            assertThat(service.events.halves).hasSize(1);
            outer.setRollbackOnly();
        });
        await().until(() -> service.events.ends.size() == 1);
        assertThat(service.events.ends.get(0).decision()).isEqualTo(Decision.ROLLBACK);
        nothingIsLeft();

        service.transaction().executeWithoutResult(outer -> orders.placeEarly(new Order("o2", 5)));
        await().until(() -> service.visible().size() == 1);
    }

    /** It is rolled back for certain, so the broker need not ask about the half messages that it has already. */
    @Test
    void aRefusedCommitTellsTheBrokerAboutTheHalvesThatItHas() {
        assertThatThrownBy(() -> service.transaction().executeWithoutResult(outer -> {
                    orders.placeEarly(new Order("o1", 5));
                    orders.placeLate(new Order("o2", 105));
                    ROCKET_MQ.get().faults().dropChecks(FaultSwitches.ALWAYS);
                    ROCKET_MQ.get().faults().failSends(13, 1);
                }))
                .isInstanceOf(InvalidMessageException.class);

        assertThat(service.events.halves).hasSize(1);
        await().until(() -> service.events.ends.size() == 1);
        assertThat(service.events.ends)
                .containsExactly(
                        new End(service.events.halves.get(0).id().value(), Decision.ROLLBACK, EndOutcome.ACKNOWLEDGED));
        assertThat(service.events.skipped).isEmpty();
        nothingIsLeft();
    }

    @Test
    void aLateCallOfASynchronizationSendsItsHalfAtOnce() {
        service.transaction().executeWithoutResult(outer -> beforeCommit(() -> orders.placeLate(new Order("o1", 105))));

        await().until(() -> service.visible().size() == 1);
        assertThat(service.orders.count()).isOne();
    }

    private static void beforeCommit(Runnable action) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void beforeCommit(boolean readOnly) {
                action.run();
            }
        });
    }

    @Test
    void aLateCallOfASynchronizationWhoseHalfIsNotSentStopsTheCommit() {
        ROCKET_MQ.get().faults().failSends(ResponseCode.NO_PERMISSION, FaultSwitches.ALWAYS);

        assertThatThrownBy(() -> service.transaction().executeWithoutResult(outer -> {
                    service.orders.jdbc().update("INSERT INTO orders (id, amount) VALUES ('outer', 1)");
                    beforeCommit(() -> assertThatThrownBy(() -> orders.placeLate(new Order("o1", 105)))
                            .isInstanceOf(MessageSendException.class)); // and goes on, as if nothing had happened
                }))
                .isInstanceOf(MessageSendException.class)
                .hasMessageContaining("rolled back");
        nothingIsLeft();
    }

    @Test
    void aLateCallOfASynchronizationWhoseMessageCannotBeMadeStopsTheCommit() {
        assertThatThrownBy(() -> service.transaction()
                        .executeWithoutResult(outer -> beforeCommit(
                                () -> assertThatThrownBy(() -> orders.placeWithoutResult(new Order("o1", 5)))
                                        .isInstanceOf(InvalidMessageException.class))))
                .isInstanceOf(InvalidMessageException.class);
        nothingIsLeft();
    }

    @Test
    void aCallOfASynchronizationWhoseHalfIsNotSentDoesNotRun() {
        ReliableMessageTemplate template = service.context.getBean(ReliableMessageTemplate.class);
        service.transaction().executeWithoutResult(outer -> {
            service.orders.place(new Order("outer", 5));
            beforeCommit(() -> {
                ROCKET_MQ.get().faults().failSends(ResponseCode.NO_PERMISSION, FaultSwitches.ALWAYS);
                assertThatThrownBy(() -> service.orders.place(new Order("o1", 5)))
                        .isInstanceOf(MessageSendException.class);
                assertThatThrownBy(() -> template.send(NewMessage.of(service.topic, "o2")))
                        .isInstanceOf(MessageSendException.class);
                ROCKET_MQ.get().faults().reset();
            });
        });

        await().until(() -> service.visible().size() == 1);
        assertThat(service.visible().get(0).bodyAsString()).contains("outer");
        assertThat(service.orders.count()).isOne();
        assertThat(service.rows()).isOne();
    }

    @Test
    void aMessageGoesWithASavepointOfJdbcItself() {
        List<String> survivors = service.transaction().execute(outer -> {
            service.orders.place(new Order("before", 5));
            service.orders.jdbc().execute("SAVEPOINT mine");
            service.orders.place(new Order("undone", 5));
            orders.placeLate(new Order("undone-late", 105));
            orders.placeEarly(new Order("undone-early", 105));
            service.orders.jdbc().execute("ROLLBACK TO SAVEPOINT mine");
            service.orders.place(new Order("after", 5));
            return List.of("before", "after");
        });

        await().until(() -> service.visible().size() == 2);
        assertThat(service.visible())
                .extracting(message -> message.bodyAsString())
                .allMatch(body -> survivors.stream().anyMatch(body::contains));
        assertThat(service.orders.count()).isEqualTo(2);
        assertThat(service.rows()).isEqualTo(2);
        await().until(() -> service.events.ends.stream()
                        .filter(end -> end.decision() == Decision.ROLLBACK)
                        .count()
                == 1);
        assertThat(service.events.halves)
                .as("two that survive, and the early one")
                .hasSize(3);
    }

    @Test
    void theFenceOfAMessageThatWentWithItsSavepointIsNotItsRow() {
        service.transaction().executeWithoutResult(outer -> {
            service.orders.place(new Order("kept", 5));
            assertThatThrownBy(() -> orders.placeEarlyNestedAndFail(new Order("undone", 5)))
                    .hasMessage("business says no");
            await().atMost(Duration.ofSeconds(20)).until(() -> service.events.checks.stream()
                    .anyMatch(check -> check.answer() == CheckBackAnswer.ROLLBACK));
        });

        await().until(() -> service.visible().size() == 1);
        await().during(Duration.ofSeconds(1)).until(() -> service.visible().size() == 1);
        assertThat(service.visible().get(0).bodyAsString()).contains("kept");
    }

    @Test
    void aTransactionThatIsOutOfTimeBeforeItsCommitIsReallyRolledBack() {
        TransactionTemplate brief = service.transaction();
        brief.setTimeout(1);

        assertThatThrownBy(() -> brief.executeWithoutResult(outer -> {
                    service.orders.place(new Order("o1", 5));
                    await().pollDelay(Duration.ofMillis(1200)).until(() -> true);
                }))
                .isInstanceOf(MessageSendException.class)
                .hasCauseInstanceOf(TransactionTimedOutException.class);
        nothingIsLeft();
    }

    @Test
    void anArgumentMayBeCalledResult() {
        orders.placeArgumentNamedResult(new Order("o1", 5));

        await().until(() -> service.visible().size() == 1);
        assertThat(service.visible().get(0).bodyAsString()).contains("o1");
    }

    @Test
    void aSlowBrokerIsGivenUpSoonWhereAConnectionIsHeld() {
        service.close();
        service = OrderService.start(
                TimedOrderApp.class,
                ROCKET_MQ.get(),
                database.dataSource(),
                app -> app.property("rmq-tx.producer.late-send-timeout", "300ms"));
        orders = service.context.getBean(TimedOrders.class);
        service.retrySend(() -> orders.placeEarly(new Order("warm", 5)));
        ROCKET_MQ.get().faults().delaySends(Duration.ofSeconds(1), FaultSwitches.ALWAYS);

        assertThatThrownBy(() -> orders.placeLate(new Order("late", 105))).isInstanceOf(MessageSendException.class);
        orders.placeEarly(new Order("early", 5)); // by the other time-out

        assertThat(service.orders.count()).isEqualTo(2);
    }
}
