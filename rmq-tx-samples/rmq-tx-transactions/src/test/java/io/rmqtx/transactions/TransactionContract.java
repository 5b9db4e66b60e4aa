package io.rmqtx.transactions;

import static io.rmqtx.transactions.Shop.Business.WRITE;
import static io.rmqtx.transactions.Shop.Business.writeThen;
import static io.rmqtx.transactions.Shop.Business.writeThenFail;
import static io.rmqtx.transactions.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rmqtx.MessageSendException;
import io.rmqtx.NewMessage;
import io.rmqtx.ReliableMessageTemplate;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.testing.TestDatabaseKind;
import io.rmqtx.transactions.Shop.BusinessException;
import io.rmqtx.transactions.Synchronizations.AtAfterCommit;
import io.rmqtx.transactions.Synchronizations.AtAfterRollback;
import io.rmqtx.transactions.Synchronizations.AtBeforeCommit;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.NestedTransactionNotSupportedException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.interceptor.TransactionAspectSupport;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/**
 * P1 in every Spring transaction: the message is visible if, and only if, the business row was committed, and the row of
 * the transaction log is in the same physical transaction. A leaf for each way to write and each transaction manager.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TransactionContract {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Parameter
    TestDatabaseKind kind;

    private final Access access;
    private final Manager manager;

    ShopService service;
    Shop shop;

    TransactionContract(Access access, Manager manager) {
        this.access = access;
        this.manager = manager;
    }

    @BeforeParameterizedClassInvocation
    void start() {
        service = new ShopService(ROCKET_MQ.get(), kind, access, manager);
        shop = service.shop;
    }

    @AfterParameterizedClassInvocation
    void stop() {
        try {
            service.assertCheckBacksChangedNothing();
        } finally {
            service.close();
        }
    }

    @BeforeEach
    void nextTest() {
        service.nextTest();
    }

    Order order(String name) {
        return service.order(name);
    }

    // One call, one transaction

    @Test
    void aTransactionIsOpenedForAMethodWithoutOne() {
        shop.plain(order("a"), WRITE);

        service.assertCommitted("a");
    }

    @Test
    void theOpenedTransactionRollsBackWithItsMessage() {
        assertThatThrownBy(() -> shop.plain(order("a"), writeThenFail())).isInstanceOf(BusinessException.class);

        service.assertNothingCommitted();
        assertThat(service.decisions()).containsExactly(Decision.ROLLBACK);
    }

    @Test
    void aTransactionalMethodIsOneTransaction() {
        shop.required(order("a"), WRITE);

        service.assertCommitted("a");
    }

    @Test
    void aTransactionalMethodRollsBackWithItsMessage() {
        assertThatThrownBy(() -> shop.required(order("a"), writeThenFail())).isInstanceOf(BusinessException.class);

        service.assertNothingCommitted();
        assertThat(service.decisions()).containsExactly(Decision.ROLLBACK);
    }

    @Test
    void rowAndBusinessRowBecomeVisibleTogether() {
        List<Integer> seenInside = new ArrayList<>();

        shop.required(order("a"), writeThen(() -> seenInside.add(service.committedRows())));
        shop.plain(order("b"), writeThen(() -> seenInside.add(service.committedRows())));

        assertThat(seenInside).containsExactly(0, 2);
        service.assertCommitted("a", "b");
    }

    @Test
    void oneConnectionIsEnough() throws SQLException {
        // The marker needs one, too, so what is marked waits until the others are given back.
        try (Connection one = service.pool.getConnection();
                Connection another = service.pool.getConnection();
                Connection third = service.pool.getConnection()) {
            assertThat(List.of(one, another, third)).hasSize(ShopService.POOL_SIZE - 1);
            shop.required(order("a"), WRITE);
            shop.plain(order("b"), WRITE);
            service.transaction(outer -> {
                shop.required(order("c"), WRITE);
                shop.plain(order("d"), WRITE);
                shop.three(order("e"), WRITE);
            });
        }

        service.assertCommitted("a", "b", "c", "d", "e", "e", "e");
    }

    @Test
    void aTransactionMarkedRollbackOnlyByTheMethodItselfRollsBackWithItsMessage() {
        shop.required(order("a"), writeThen(() -> TransactionAspectSupport.currentTransactionStatus()
                .setRollbackOnly()));

        service.assertNothingCommitted();
    }

    @Test
    void aTransactionOpenedByUsAndMarkedRollbackOnlyInsideRollsBackWithItsMessage() {
        assertThatThrownBy(() ->
                        shop.plain(order("a"), writeThen(() -> service.transaction(inner -> inner.setRollbackOnly()))))
                .isInstanceOf(UnexpectedRollbackException.class);

        service.assertNothingCommitted();
    }

    @Test
    void aCheckedExceptionCommitsBySpringsRule() {
        assertThatThrownBy(() -> shop.checked(order("a"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> shop.plainThenChecked(order("b"))).isInstanceOf(IOException.class);

        service.assertCommitted("a", "b");
    }

    @Test
    void aCheckedExceptionWithRollbackForRollsBack() {
        assertThatThrownBy(() -> shop.checkedWithRollbackFor(order("a"))).isInstanceOf(IOException.class);

        service.assertNothingCommitted();
    }

    @Test
    void anExceptionWithNoRollbackForCommits() {
        assertThatThrownBy(() -> shop.noRollbackFor(order("a"), writeThenFail()))
                .isInstanceOf(BusinessException.class);

        service.assertCommitted("a");
    }

    @Test
    void severalMessagesOfOneMethodArePublishedTogether() {
        shop.three(order("a"), WRITE);

        service.assertCommitted("a", "a", "a");
    }

    @Test
    void severalMessagesOfOneMethodAreDroppedTogether() {
        assertThatThrownBy(() -> shop.three(order("a"), writeThenFail())).isInstanceOf(BusinessException.class);

        service.assertNothingCommitted();
        assertThat(service.decisions()).containsExactly(Decision.ROLLBACK, Decision.ROLLBACK, Decision.ROLLBACK);
    }

    @Test
    void aTransactionThatTimesOutRollsBackWithItsMessage() {
        assertThatThrownBy(() -> shop.withinASecond(order("a"), write -> {
                    write.run();
                    long begun = System.nanoTime();
                    await().until(() ->
                            System.nanoTime() - begun > Duration.ofMillis(1050).toNanos());
                    shop.required(order("b"), WRITE);
                }))
                .isInstanceOf(TransactionTimedOutException.class);

        service.assertNothingCommitted();
    }

    @Test
    void aWriteThatFailsAtTheLatestAtTheCommitTakesItsMessageWithIt() {
        shop.required(order("a"), WRITE);
        Order again = order("a");

        // JPA and batches write when the commit begins; what became of a commit that fails is left to the check-back.
        assertThatThrownBy(() -> shop.required(again, WRITE)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> shop.plain(again, WRITE)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> service.transaction(outer -> {
                    shop.required(order("b"), WRITE);
                    shop.required(again, WRITE);
                }))
                .isInstanceOf(RuntimeException.class);

        service.assertCommitted("a");
    }

    @Test
    void aConstraintThatTheDatabaseChecksAtTheCommitTakesItsMessageWithIt() {
        assumeTrue(kind == TestDatabaseKind.POSTGRESQL, "only PostgreSQL defers constraints");
        service.committed.execute("ALTER TABLE orders ADD COLUMN IF NOT EXISTS parent VARCHAR(40)"
                + " REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED");
        JdbcTemplate jdbc = service.context.getBean(JdbcTemplate.class);

        assertThatThrownBy(() -> shop.required(
                        order("a"),
                        write -> jdbc.update(
                                "INSERT INTO orders (id, parent) VALUES (?, 'nobody')",
                                order("a").id())))
                .isInstanceOf(RuntimeException.class);

        service.assertNothingCommitted();
    }

    // An outer transaction

    @Test
    void joinedCallsArePublishedWhenTheOuterTransactionCommits() {
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            shop.plain(order("b"), WRITE);
            shop.three(order("c"), WRITE);
            assertThat(service.committedRows()).isZero();
            assertThat(service.events.halves).as("sent just before the commit").isEmpty();
        });

        service.assertCommitted("a", "b", "c", "c", "c");
    }

    @Test
    void joinedCallsAreDroppedWhenTheOuterTransactionFails() {
        assertThatThrownBy(() -> service.transaction(outer -> {
                    shop.required(order("a"), WRITE);
                    shop.plain(order("b"), WRITE);
                    shop.three(order("c"), WRITE);
                    throw new BusinessException();
                }))
                .isInstanceOf(BusinessException.class);

        service.assertNothingCommitted();
        assertThat(service.events.halves).isEmpty();
    }

    @Test
    void joinedCallsAreDroppedWhenTheOuterTransactionIsMarkedRollbackOnly() {
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            outer.setRollbackOnly();
            shop.required(order("b"), WRITE);
        });

        service.assertNothingCommitted();
    }

    @Test
    void aJoinedCallThatFailsTakesTheOuterTransactionWithItAlsoWhenTheExceptionIsSwallowed() {
        assertThatThrownBy(() -> service.transaction(outer -> {
                    shop.required(order("a"), WRITE);
                    assertThatThrownBy(() -> shop.required(order("b"), writeThenFail()))
                            .isInstanceOf(BusinessException.class);
                }))
                .isInstanceOf(UnexpectedRollbackException.class);

        service.assertNothingCommitted();
    }

    @Test
    void aJoinedCallWithoutTransactionalThatFailsTakesTheOuterTransactionWithIt() {
        assertThatThrownBy(() -> service.transaction(outer -> {
                    shop.required(order("a"), WRITE);
                    assertThatThrownBy(() -> shop.plain(order("b"), writeThenFail()))
                            .isInstanceOf(BusinessException.class);
                }))
                .isInstanceOf(UnexpectedRollbackException.class);

        service.assertNothingCommitted();
    }

    @Test
    void nothingIsSentForAnOuterTransactionThatIsMarkedRollbackOnlyByAFailedCall() {
        assertThatThrownBy(() -> service.transaction(outer -> {
                    shop.required(order("a"), WRITE);
                    assertThatThrownBy(() -> shop.required(order("b"), writeThenFail()))
                            .isInstanceOf(BusinessException.class);
                }))
                .isInstanceOf(UnexpectedRollbackException.class);

        assertThat(service.events.halves).isEmpty();
        service.assertNothingCommitted();
    }

    @Test
    void aFailureOfAnotherSynchronizationBeforeTheCommitDropsAllMessages() {
        assertThatThrownBy(() -> service.transaction(outer -> {
                    shop.required(order("a"), WRITE);
                    Synchronizations.beforeCommit(() -> {
                        throw new BusinessException();
                    });
                }))
                .isInstanceOf(BusinessException.class);
        assertThatThrownBy(() -> shop.required(
                        order("b"),
                        writeThen(() -> Synchronizations.beforeCommit(() -> {
                            throw new BusinessException();
                        }))))
                .isInstanceOf(BusinessException.class);

        service.assertNothingCommitted();
    }

    @Test
    void aBrokerThatRefusesBeforeTheOuterCommitRollsTheOuterTransactionBack() {
        ROCKET_MQ.get().faults().failSends(13, 1); // MESSAGE_ILLEGAL
        assertThatThrownBy(() -> service.transaction(outer -> {
                    shop.required(order("a"), WRITE);
                    shop.required(order("b"), WRITE);
                }))
                .isInstanceOf(RuntimeException.class);

        service.assertNothingCommitted();
    }

    @Test
    void mandatoryJoins() {
        service.transaction(outer -> shop.mandatory(order("a"), WRITE));

        service.assertCommitted("a");
    }

    @Test
    void mandatoryWithoutATransactionIsRefused() {
        assertThatThrownBy(() -> shop.mandatory(order("a"), WRITE))
                .isInstanceOf(IllegalTransactionStateException.class);

        service.assertNothingCommitted();
    }

    @Test
    void supportsJoins() {
        service.transaction(outer -> shop.supports(order("a"), WRITE));

        service.assertCommitted("a");
    }

    @Test
    void supportsWithoutATransactionIsRefused() {
        assertThatThrownBy(() -> shop.supports(order("a"), WRITE))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("Shop.supports()")
                .hasMessageContaining("REQUIRED");

        service.assertNothingCommitted();
    }

    @Test
    void insideNotSupportedACallIsATransactionOfItsOwn() {
        service.transaction(outer -> {
            service.transaction(TransactionDefinition.PROPAGATION_NOT_SUPPORTED, none -> {
                shop.required(order("a"), WRITE);
                shop.plain(order("b"), WRITE);
                assertThat(service.committedRows()).isEqualTo(4);
            });
            shop.required(order("c"), WRITE);
            outer.setRollbackOnly();
        });

        service.assertCommitted("a", "b");
    }

    @Test
    void insideNeverAndSupportsACallIsATransactionOfItsOwn() {
        service.transaction(TransactionDefinition.PROPAGATION_NEVER, none -> shop.required(order("a"), WRITE));
        service.transaction(TransactionDefinition.PROPAGATION_SUPPORTS, none -> {
            shop.required(order("b"), WRITE);
            shop.plain(order("c"), WRITE);
        });

        service.assertCommitted("a", "b", "c");
    }

    @Test
    void messagesOfTheTemplateAndOfAnnotatedMethodsShareTheTransaction() {
        ReliableMessageTemplate template = service.context.getBean(ReliableMessageTemplate.class);
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            template.send(List.of(message("a"), message("a")));
        });
        template.execute(message("b"), () -> {
            shop.required(order("b"), WRITE);
            return null;
        });
        service.transaction(outer -> {
            shop.required(order("c"), WRITE);
            template.send(message("c"));
            outer.setRollbackOnly();
        });
        assertThatThrownBy(() -> template.execute(message("d"), () -> {
                    shop.required(order("d"), WRITE);
                    throw new BusinessException();
                }))
                .isInstanceOf(BusinessException.class);

        service.assertCommitted("a", "a", "a", "b", "b");
    }

    private NewMessage message(String name) {
        return NewMessage.of(service.topic, order(name)).withKey(order(name).id());
    }

    // REQUIRES_NEW

    @Test
    void aNewTransactionKeepsItsMessageWhenTheOuterOneRollsBack() {
        service.transaction(outer -> {
            shop.required(order("outer"), WRITE);
            shop.requiresNew(order("inner"), WRITE);
            shop.required(order("outer-too"), WRITE);
            outer.setRollbackOnly();
        });

        service.assertCommitted("inner");
    }

    @Test
    void aNewTransactionThatRollsBackLeavesTheOuterOneItsMessages() {
        service.transaction(outer -> {
            shop.required(order("outer"), WRITE);
            assertThatThrownBy(() -> shop.requiresNew(order("inner"), writeThenFail()))
                    .isInstanceOf(BusinessException.class);
            shop.required(order("outer-too"), WRITE);
        });

        service.assertCommitted("outer", "outer-too");
    }

    @Test
    void anAnnotatedMethodInsideAnotherFollowsItsOwnTransaction() {
        assertThatThrownBy(() -> shop.required(order("a"), write -> {
                    write.run();
                    shop.requiresNew(order("b"), WRITE);
                    shop.required(order("c"), WRITE);
                    throw new BusinessException();
                }))
                .isInstanceOf(BusinessException.class);

        service.assertCommitted("b");
    }

    // NESTED, and savepoints

    @Test
    void aNestedCallThatRollsBackTakesOnlyItsMessageWithIt() {
        assumeTrue(manager.savepoints);
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            assertThatThrownBy(() -> shop.nested(order("b"), writeThenFail())).isInstanceOf(BusinessException.class);
            shop.nested(order("c"), WRITE);
        });

        service.assertCommitted("a", "c");
        assertThat(service.events.halves).as("nothing is sent for what fails").hasSize(2);
    }

    @Test
    void nestedCallsGoWithTheOuterTransaction() {
        assumeTrue(manager.savepoints);
        service.transaction(outer -> {
            shop.nested(order("a"), WRITE);
            outer.setRollbackOnly();
        });

        service.assertNothingCommitted();
    }

    @Test
    void aNestedCallWithoutAnOuterTransactionIsATransactionOfItsOwn() {
        shop.nested(order("a"), WRITE);
        assertThatThrownBy(() -> shop.nested(order("b"), writeThenFail())).isInstanceOf(BusinessException.class);

        service.assertCommitted("a");
    }

    @Test
    void whatIsRolledBackToASavepointTakesItsMessageWithIt() {
        assumeTrue(manager.savepoints);
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            Object savepoint = outer.createSavepoint();
            shop.required(order("b"), WRITE);
            shop.three(order("c"), WRITE);
            outer.rollbackToSavepoint(savepoint);
            outer.releaseSavepoint(savepoint);
            shop.required(order("d"), WRITE);
        });

        service.assertCommitted("a", "d");
    }

    @Test
    void aReleasedSavepointChangesNothing() {
        assumeTrue(manager.savepoints);
        service.transaction(outer -> {
            Object savepoint = outer.createSavepoint();
            shop.required(order("a"), WRITE);
            outer.releaseSavepoint(savepoint);
        });

        service.assertCommitted("a");
    }

    @Test
    void aSavepointInTheMethodThatOpenedTheTransactionLeavesItsOwnMessage() {
        assumeTrue(manager.savepoints);
        shop.required(order("a"), writeThen(() -> {
            var status = TransactionAspectSupport.currentTransactionStatus();
            Object savepoint = status.createSavepoint();
            shop.required(order("b"), WRITE);
            status.rollbackToSavepoint(savepoint);
        }));

        service.assertCommitted("a");
    }

    @Test
    void whatIsRolledBackToASavepointOfJdbcItselfTakesItsMessageWithIt() {
        assumeTrue(access != Access.JPA, "Hibernate would write what it remembers");
        JdbcTemplate jdbc = service.context.getBean(JdbcTemplate.class);
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            jdbc.execute((ConnectionCallback<Void>) connection -> {
                Savepoint savepoint = connection.setSavepoint();
                shop.required(order("b"), WRITE);
                shop.plain(order("c"), WRITE);
                connection.rollback(savepoint);
                return null;
            });
            shop.required(order("d"), WRITE);
        });

        service.assertCommitted("a", "d");
    }

    @Test
    void whereThereAreNoSavepointsANestedCallIsRefused() {
        assumeFalse(manager.savepoints);
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            assertThatThrownBy(() -> shop.nested(order("b"), WRITE))
                    .isInstanceOf(NestedTransactionNotSupportedException.class);
        });

        service.assertCommitted("a");
    }

    // As a transaction ends

    @Test
    void aCallBeforeTheCommitJoins() {
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            Synchronizations.beforeCommit(() -> shop.required(order("b"), WRITE));
            Synchronizations.beforeCommit(() -> shop.plain(order("c"), WRITE));
        });
        service.transaction(outer -> Synchronizations.beforeCommit(() -> shop.required(order("d"), WRITE)));
        shop.required(order("e"), writeThen(() -> Synchronizations.beforeCommit(() -> shop.three(order("f"), WRITE))));

        service.assertCommitted("a", "b", "c", "d", "e", "f", "f", "f");
    }

    @Test
    void aCallFromABeforeCommitEventListenerJoins() {
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            publish(new AtBeforeCommit(() -> shop.required(order("b"), WRITE)));
        });
        service.transaction(outer -> publish(new AtBeforeCommit(() -> shop.plain(order("c"), WRITE))));

        service.assertCommitted("a", "b", "c");
    }

    @Test
    void aCallBeforeACommitThatFailsIsDropped() {
        assertThatThrownBy(() -> service.transaction(outer -> {
                    shop.required(order("a"), WRITE);
                    Synchronizations.beforeCommit(() -> shop.required(order("b"), writeThenFail()));
                }))
                .isInstanceOf(BusinessException.class);

        service.assertNothingCommitted();
    }

    @Test
    void aCallBeforeTheCompletionOfARollBackIsDroppedWithIt() {
        service.transaction(outer -> {
            Synchronizations.beforeCompletion(() -> caught(() -> shop.required(order("a"), WRITE)));
            outer.setRollbackOnly();
        });

        service.assertNothingCommitted();
    }

    @Test
    void aCallAfterTheCommitIsRefused() {
        List<Throwable> refusals = new ArrayList<>();
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            Synchronizations.afterCommit(() -> {
                refusals.add(caught(() -> shop.required(order("b"), WRITE)));
                refusals.add(caught(() -> shop.plain(order("c"), WRITE)));
                refusals.add(caught(() -> shop.supports(order("d"), WRITE)));
                shop.requiresNew(order("new"), WRITE);
            });
        });

        assertRefused(refusals, 3);
        service.assertCommitted("a", "new");
    }

    @Test
    void aCallAfterTheCommitOfAnAnnotatedMethodIsRefused() {
        List<Throwable> refusals = new ArrayList<>();
        shop.required(
                order("a"),
                writeThen(() -> Synchronizations.afterCommit(
                        () -> refusals.add(caught(() -> shop.required(order("b"), WRITE))))));

        assertRefused(refusals, 1);
        service.assertCommitted("a");
    }

    @Test
    void aCallFromAnAfterCommitEventListenerIsRefused() {
        List<Throwable> refusals = new ArrayList<>();
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            publish(new AtAfterCommit(() -> {
                refusals.add(caught(() -> shop.required(order("b"), WRITE)));
                refusals.add(caught(() -> shop.plain(order("c"), WRITE)));
                shop.requiresNew(order("new"), WRITE);
            }));
        });

        assertRefused(refusals, 2);
        service.assertCommitted("a", "new");
    }

    @Test
    void aCallAfterARollBackIsRefused() {
        List<Throwable> refusals = new ArrayList<>();
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            publish(new AtAfterRollback(() -> {
                refusals.add(caught(() -> shop.required(order("b"), WRITE)));
                shop.requiresNew(order("new"), WRITE);
            }));
            Synchronizations.afterCompletion(() -> refusals.add(caught(() -> shop.plain(order("c"), WRITE))));
            outer.setRollbackOnly();
        });

        assertRefused(refusals, 2);
        service.assertCommitted("new");
    }

    private static void assertRefused(List<Throwable> refusals, int expected) {
        assertThat(refusals).hasSize(expected).allSatisfy(refusal -> assertThat(refusal)
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("REQUIRES_NEW"));
    }

    // Read-only, threads, interrupts

    @Test
    void aCallInsideAReadOnlyTransactionIsRefused() {
        DefaultTransactionDefinition readOnly = new DefaultTransactionDefinition();
        readOnly.setReadOnly(true);

        assertThatThrownBy(() -> service.transaction(readOnly, outer -> shop.required(order("a"), WRITE)))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("read-only");

        service.assertNothingCommitted();
    }

    @Test
    void insideAReadOnlyTransactionANewOneIsWritable() {
        DefaultTransactionDefinition readOnly = new DefaultTransactionDefinition();
        readOnly.setReadOnly(true);

        service.transaction(readOnly, outer -> shop.requiresNew(order("a"), WRITE));

        service.assertCommitted("a");
    }

    @Test
    void aCallOnAnotherThreadIsATransactionOfItsOwn() {
        Elsewhere elsewhere = service.context.getBean(Elsewhere.class);
        CountDownLatch outerIsOver = new CountDownLatch(1);
        CountDownLatch calledInside = new CountDownLatch(2);
        service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            elsewhere.run(() -> shop.required(order("b"), write -> {
                write.run();
                calledInside.countDown();
                await().until(() -> outerIsOver.getCount() == 0);
            }));
            elsewhere.run(() -> shop.required(order("c"), write -> {
                write.run();
                calledInside.countDown();
                throw new BusinessException();
            }));
            await().until(() -> calledInside.getCount() == 0);
            outer.setRollbackOnly();
        });
        outerIsOver.countDown();

        await().until(() -> service.committedRows() == 2);
        service.assertCommitted("b");
    }

    @Test
    void aThreadInterruptedInsideTheMethodCommitsWithItsMessage() {
        shop.required(order("a"), writeThen(() -> Thread.currentThread().interrupt()));
        assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
        shop.plain(order("b"), writeThen(() -> Thread.currentThread().interrupt()));
        assertThat(Thread.interrupted()).isTrue();

        service.assertCommitted("a", "b");
    }

    @Test
    void aThreadInterruptedBeforeTheCallSendsNothingUnlessTheAnswerWasThere() {
        Thread.currentThread().interrupt();
        Throwable failure = catchThrowable(() -> shop.required(order("a"), WRITE));

        assertAllOrNothing(failure, "a");
    }

    @Test
    void aThreadInterruptedInAJoinedCallRollsTheOuterTransactionBackUnlessTheAnswersWereThere() {
        Throwable failure = catchThrowable(() -> service.transaction(outer -> {
            shop.required(order("a"), WRITE);
            shop.required(order("b"), writeThen(() -> Thread.currentThread().interrupt()));
        }));

        assertAllOrNothing(failure, "a", "b");
    }

    private void assertAllOrNothing(@Nullable Throwable failure, String... orders) {
        assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
        if (failure == null) {
            service.assertCommitted(orders);
        } else {
            assertThat(failure).isInstanceOf(MessageSendException.class);
            service.assertNothingCommitted();
        }
    }

    private void publish(Object event) {
        service.context.publishEvent(event);
    }

    /** What an action throws; null if it succeeds. */
    private static Throwable caught(Runnable action) {
        return catchThrowable(action::run);
    }
}
