package io.rmqtx.producer;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.spi.MessageRelay;
import io.rmqtx.spi.RmqTxListener;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.interceptor.TransactionAttribute;

/**
 * The inner step of a call: writes the transaction log rows into whatever transaction the call really got, as its first
 * statement unless they are made of the method's result, and opens one where Spring's own advice does not.
 */
final class TransactionLogStep {

    private final HalfMessages halfMessages;
    private final TransactionParticipation.Parts parts;

    TransactionLogStep(
            HalfMessages halfMessages, MessageRelay relay, RmqTxListener events, ProducerProperties properties) {
        this.halfMessages = halfMessages;
        this.parts = new TransactionParticipation.Parts(halfMessages, relay, events, properties);
    }

    /** Runs the business code of a call. */
    @Nullable
    Object around(MessageCall call, CallBody business) throws Throwable {
        if (call.isEntered()) {
            throw new IllegalStateException(
                    "Other advice calls " + call.settings().name()
                            + " a second time inside rmq-tx. Put advice that repeats calls (@Retryable) outside: give it an order"
                            + " below that of rmq-tx's, so that each attempt sends a message of its own.");
        }
        call.entered();
        return call.settings().ownTransaction() ? run(call, business) : inTransaction(call, business);
    }

    /** SUPPORTS without a transaction, or another manager's. */
    private static void requireTransaction(MessageCall call) {
        boolean nothingToSend = call.messages().isEmpty() && !call.settings().isLate();
        if (!nothingToSend && !call.store().isTransactionActive()) {
            throw new IllegalTransactionStateException("@ReliableMessage on "
                    + call.settings().name()
                    + " needs a transaction of the manager that its transaction log belongs to, but its @Transactional"
                    + " gives it none. Use REQUIRED or REQUIRES_NEW, and the same transaction manager. Nothing was"
                    + " written.");
        }
    }

    /** Adds a call to the transaction that is active. */
    void join(MessageCall call) {
        sendOrCheck(call);
        try {
            enlist(call);
        } catch (RuntimeException | Error e) {
            halfMessages.abandon(call);
            throw e;
        }
    }

    private void sendOrCheck(MessageCall call) {
        if (call.isDuringCommit() && !call.isOutbox()) {
            halfMessages.send(call);
        } else {
            halfMessages.check(call);
        }
    }

    /** As Spring's advice does for REQUIRED: joins or opens, and commits or rolls back by its rules. */
    private @Nullable Object inTransaction(MessageCall call, CallBody business) throws Throwable {
        PlatformTransactionManager manager = call.store().transactionManager();
        TransactionAttribute attribute = call.settings().attribute();
        TransactionStatus transaction = manager.getTransaction(attribute);
        Object result;
        try {
            result = run(call, business);
        } catch (Throwable e) {
            if (attribute.rollbackOn(e)) {
                rollback(manager, transaction, e);
            } else {
                manager.commit(transaction);
            }
            throw e;
        }
        manager.commit(transaction);
        return result;
    }

    private static void rollback(PlatformTransactionManager manager, TransactionStatus transaction, Throwable cause) {
        try {
            manager.rollback(transaction);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private @Nullable Object run(MessageCall call, CallBody business) throws Throwable {
        requireTransaction(call);
        if (!call.settings().isLate()) {
            enlist(call);
            return business.run(call);
        }
        Object result;
        try {
            result = business.run(call);
        } catch (Throwable e) {
            if (!call.settings().attribute().rollbackOn(e)) {
                enlistWithoutResult(call, e);
            }
            throw e;
        }
        enlistLate(call, result);
        return result;
    }

    private void enlistWithoutResult(MessageCall call, Throwable failure) {
        if (call.settings().needsResult()) {
            InvalidMessageException refusal = new InvalidMessageException(
                    call.settings().name() + " ended with " + failure.getClass().getName()
                            + ", for which its transaction would commit, but its message needs #result, which there is not."
                            + " The transaction is rolled back. Say so by rollbackFor, or make the message of the arguments.",
                    failure);
            TransactionParticipation.refuseCommit(call, refusal, parts);
            throw refusal;
        }
        enlistLate(call, null);
    }

    /** The business code has run: if its message cannot be made, its transaction must not commit, whoever ends it. */
    private void enlistLate(MessageCall call, @Nullable Object result) {
        try {
            call.makeMessages(result);
            sendOrCheck(call);
            enlist(call);
        } catch (RuntimeException e) {
            TransactionParticipation.refuseCommit(call, e, parts);
            throw e;
        }
    }

    private void enlist(MessageCall call) {
        if (!call.messages().isEmpty()) {
            TransactionParticipation.enlist(call, parts);
        }
    }
}
