package io.rmqtx.producer;

import io.rmqtx.MessageMode;
import io.rmqtx.MessageSendException;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.HalfMessage;
import io.rmqtx.spi.MessageRelay;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.spi.TransactionPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The calls that take part in one transaction of one store, and what is done for them as it ends. There is one per
 * transaction; Spring suspends it with the transaction.
 */
final class TransactionParticipation implements TransactionSynchronization, Ordered {

    private static final Logger log = LoggerFactory.getLogger(TransactionParticipation.class);

    /** What it works with. */
    record Parts(HalfMessages halfMessages, MessageRelay relay, RmqTxListener events, ProducerProperties properties) {

        /** How long the rows of a call are nobody else's. */
        Duration dueAfter(MessageCall call) {
            return call.isOutbox() ? relay.dispatchLease() : properties.reconcileDelay();
        }
    }

    private final ReliableStore store;
    private final Parts parts;
    private final HalfMessages halfMessages;
    private final RmqTxListener events;
    private final ProducerProperties properties;
    private final List<MessageCall> calls = new ArrayList<>(1);
    private long aboutToCommitAt;
    private final List<Object> savepoints = new ArrayList<>(0);
    private @Nullable RuntimeException refusal;
    private int savepointsBeforeRefusal;
    private boolean commitTried;
    private boolean lateCalls;
    private boolean certainlyRolledBack;

    private TransactionParticipation(ReliableStore store, Parts parts) {
        this.store = store;
        this.parts = parts;
        this.halfMessages = parts.halfMessages();
        this.events = parts.events();
        this.properties = parts.properties();
    }

    /** Writes a call's rows into the current transaction, and ties the call to its outcome. */
    static void enlist(MessageCall call, Parts parts) {
        TransactionParticipation participation = of(call, parts);
        call.writingRows();
        call.store()
                .messages()
                .insert(
                        call.messages(),
                        call.isOutbox() ? MessageMode.OUTBOX : MessageMode.TRANSACTIONAL,
                        parts.properties().maxCallAge(),
                        parts.dueAfter(call));
        participation.calls.add(call);
        if (!call.isOutbox()) {
            parts.halfMessages().enlisted(call);
        }
        call.enlisted();
        if (call.store().transactionPhase() == TransactionPhase.COMMITTING) {
            participation.lateCalls = true; // called by a synchronization: ours may have been asked already
        }
    }

    /**
     * Makes the current transaction fail to commit: its business code has run, and its message cannot be made. Rules for
     * roll-back, or a caller who catches the exception, may let it go on otherwise.
     */
    static void refuseCommit(MessageCall call, RuntimeException cause, Parts parts) {
        TransactionParticipation participation = of(call, parts);
        if (participation.refusal == null) { // a savepoint that undoes the first undoes later ones, too
            participation.refusal = cause;
            participation.savepointsBeforeRefusal = participation.savepoints.size();
        }
        if (call.isDuringCommit()) { // ours may have been asked already
            call.store().refuseCommit(cause);
        }
    }

    private static TransactionParticipation of(MessageCall call, Parts parts) {
        TransactionParticipation known = current(call.store());
        if (known != null) {
            return known;
        }
        TransactionParticipation created = new TransactionParticipation(call.store(), parts);
        TransactionSynchronizationManager.registerSynchronization(created);
        return created;
    }

    private static @Nullable TransactionParticipation current(ReliableStore store) {
        for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
            if (synchronization instanceof TransactionParticipation participation && participation.store == store) {
                return participation;
            }
        }
        return null;
    }

    /** Last of all, so that others' writes come before our half messages, and the window before the commit is short. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void savepoint(Object savepoint) {
        savepoints.add(savepoint);
    }

    /** What was to be refused is undone, if it came after the savepoint. One that we do not know was set before us. */
    @Override
    public void savepointRollback(Object savepoint) {
        int position = savepoints.indexOf(savepoint);
        if (position < savepointsBeforeRefusal) {
            refusal = null;
        }
        savepoints.subList(position + 1, savepoints.size()).clear();
    }

    @Override
    public void beforeCommit(boolean readOnly) {
        try {
            prepareCommit();
        } catch (TransactionException e) {
            // For one of these Spring does not roll back, and resetting the connection would commit.
            certainlyRolledBack = true;
            throw new MessageSendException(
                    "The messages of a transaction could not be published with it, and it is rolled back: "
                            + e.getMessage(),
                    e);
        } catch (RuntimeException | Error e) {
            certainlyRolledBack = true;
            throw e;
        }
    }

    private void prepareCommit() {
        if (refusal != null) {
            throw refusal;
        }
        if (store.isRollbackOnly()) {
            certainlyRolledBack = true; // a JPA manager lets its provider find that out in the commit
            return;
        }
        dropJoinedCallsWithoutRows();
        for (MessageCall call : calls) {
            boolean outboxBefore = call.isOutbox();
            if (!outboxBefore && call.halves().isEmpty()) {
                halfMessages.send(call);
            }
            if (call.isOutbox() && !outboxBefore) {
                call.writingRows();
                store.messages().toOutbox(call.messageIds(), parts.dueAfter(call));
                halfMessages.leave(call.messageIds());
            } else {
                postponeIfLate(call);
            }
        }
        commitTried = true;
    }

    /** Long calls would be due as they commit, or while their messages are being sent. */
    private void postponeIfLate(MessageCall call) {
        long dueAfter = parts.dueAfter(call).toNanos();
        if (dueAfter > 0 && System.nanoTime() - call.writtenAt() > dueAfter / 2) {
            call.writingRows();
            store.messages().postpone(call.messageIds(), parts.dueAfter(call));
        }
    }

    /**
     * We are told COMMITTED also for what was rolled back to a savepoint, and of one set by JDBC itself we are not told
     * at all; the rows tell the truth. No savepoint can be older than the first statement of a call's own transaction.
     */
    private void dropJoinedCallsWithoutRows() {
        List<String> joined = calls.stream()
                .filter(MessageCall::isJoined)
                .flatMap(call -> call.messageIds().stream())
                .toList();
        if (joined.isEmpty()) {
            return;
        }
        Set<String> existing = Set.copyOf(store.messages().existing(joined));
        calls.removeIf(call -> {
            boolean dropped = call.isJoined() && !existing.containsAll(call.messageIds());
            if (dropped) {
                halfMessages.abandon(call);
            }
            return dropped;
        });
    }

    @Override
    public void beforeCompletion() {
        if (lateCalls && store.transactionPhase() == TransactionPhase.COMMITTING) {
            dropLateCallsWithoutRows();
        }
        aboutToCommitAt = System.nanoTime();
    }

    /** Too late to stop the commit: what cannot be told is left to the check-back. */
    private void dropLateCallsWithoutRows() {
        try {
            dropJoinedCallsWithoutRows();
        } catch (RuntimeException e) {
            log.warn("Whether all rows of a transaction survived its savepoints cannot be told", e);
            calls.forEach(call -> skip(call, "its row could not be read before the commit"));
            calls.clear();
        }
    }

    @Override
    public void afterCompletion(int status) {
        for (MessageCall call : calls) {
            switch (status) {
                case STATUS_COMMITTED -> commit(call);
                case STATUS_ROLLED_BACK -> {
                    if (isRolledBack()) {
                        halfMessages.abandon(call);
                    } else {
                        skip(call, "the commit failed, and what became of it is not known");
                    }
                }
                default -> skip(call, "the outcome of the transaction is unknown");
            }
        }
    }

    /**
     * Spring reports a roll-back also where there was none: after a failed commit, when its own may have come too late,
     * and after an exception of another synchronization for which it does not roll back at all.
     */
    private boolean isRolledBack() {
        TransactionPhase phase = store.transactionPhase();
        return certainlyRolledBack
                || phase == TransactionPhase.ROLLING_BACK
                || (phase == TransactionPhase.RUNNING && !commitTried); // a manager that cannot be watched
    }

    private void commit(MessageCall call) {
        if (call.isOutbox()) {
            parts.relay().committed(store, call.messages(), call.writtenAt());
            return;
        }
        if (call.halves().size() < call.messages().size()) {
            skip(call, "the transaction committed without asking its synchronizations");
            return;
        }
        for (HalfMessage half : call.halves()) {
            // Meanwhile a check-back may have published it, and a second COMMIT would make a second message.
            if (System.nanoTime() - aboutToCommitAt > properties.commitWithin().toNanos()) {
                events.endSkipped(half.messageId(), "the commit was too long ago");
                halfMessages.leave(List.of(half.messageId()));
            } else {
                var unused = halfMessages.end(store, half, Decision.COMMIT);
            }
        }
    }

    private void skip(MessageCall call, String reason) {
        if (call.isOutbox()) {
            log.warn(
                    "Messages {} of {} are left to the relay, because {}",
                    call.messageIds(),
                    call.settings().name(),
                    reason);
            return;
        }
        if (call.halves().isEmpty()) {
            log.error(
                    "Messages {} of {} have no half message, because {}; if their rows are committed, the relay publishes them",
                    call.messageIds(),
                    call.settings().name(),
                    reason);
        } else {
            log.warn(
                    "The broker is not told about messages {} of {}, because {}; its check-back will be answered from"
                            + " the transaction log",
                    call.messageIds(),
                    call.settings().name(),
                    reason);
        }
        call.messageIds().forEach(id -> events.endSkipped(id, reason));
        halfMessages.leave(call.messageIds());
    }
}
