package io.rmqtx.producer;

import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.HalfMessage;
import io.rmqtx.spi.MessageMode;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.spi.TransactionPhase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The calls that take part in one transaction of one store, and what is done for them as it ends. There is one per
 * transaction; Spring suspends it with the transaction.
 */
final class TransactionParticipation implements TransactionSynchronization, Ordered {

    private static final Logger log = LoggerFactory.getLogger(TransactionParticipation.class);

    private final ReliableStore store;
    private final HalfMessages halfMessages;
    private final RmqTxListener events;
    private final ProducerProperties properties;
    private final List<MessageCall> calls = new ArrayList<>(1);
    private long aboutToCommitAt;
    private boolean savepointsRolledBack;
    private boolean commitTried;

    private TransactionParticipation(
            ReliableStore store, HalfMessages halfMessages, RmqTxListener events, ProducerProperties properties) {
        this.store = store;
        this.halfMessages = halfMessages;
        this.events = events;
        this.properties = properties;
    }

    /** Writes a call's rows into the current transaction, and ties the call to its outcome. */
    static void enlist(
            MessageCall call, HalfMessages halfMessages, RmqTxListener events, ProducerProperties properties) {
        TransactionParticipation participation = current(call.store());
        if (participation == null) {
            participation = new TransactionParticipation(call.store(), halfMessages, events, properties);
            TransactionSynchronizationManager.registerSynchronization(participation);
        }
        call.store()
                .messages()
                .insert(
                        call.messages(),
                        MessageMode.TRANSACTIONAL,
                        properties.maxCallAge(),
                        properties.reconcileDelay());
        participation.calls.add(call);
        halfMessages.enlisted(call);
        call.enlisted();
        if (call.isJoined() && call.store().transactionPhase() == TransactionPhase.COMMITTING) {
            halfMessages.send(call); // called by a synchronization: ours may have been asked already
        }
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
    public void savepointRollback(Object savepoint) {
        savepointsRolledBack = true;
    }

    @Override
    public void beforeCommit(boolean readOnly) {
        if (savepointsRolledBack) {
            dropCallsWithoutRows();
        }
        for (MessageCall call : calls) {
            if (call.isJoined() && call.halves().isEmpty()) {
                halfMessages.send(call);
            }
            if (call.nanosSinceStart() > properties.reconcileDelay().toNanos() / 2) {
                store.messages().postpone(call.messageIds(), properties.reconcileDelay());
            }
        }
        commitTried = true;
    }

    /** We are told COMMITTED also for what was rolled back to a savepoint; the rows tell the truth. */
    private void dropCallsWithoutRows() {
        calls.removeIf(call -> {
            boolean survived = store.messages().existing(call.messageIds()).size()
                    == call.messages().size();
            if (!survived) {
                halfMessages.abandon(call);
            }
            return !survived;
        });
    }

    @Override
    public void beforeCompletion() {
        aboutToCommitAt = System.nanoTime();
    }

    @Override
    public void afterCompletion(int status) {
        for (MessageCall call : calls) {
            switch (status) {
                case STATUS_COMMITTED -> commit(call);
                // After a failed commit Spring reports what its roll-back did, which may have come too late.
                case STATUS_ROLLED_BACK -> {
                    if (commitTried) {
                        skip(call, "the commit failed, and what became of it is not known");
                    } else {
                        halfMessages.abandon(call);
                    }
                }
                default -> skip(call, "the outcome of the transaction is unknown");
            }
        }
    }

    private void commit(MessageCall call) {
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
        log.warn(
                "The broker is not told about messages {} of {}, because {}; its check-back will be answered from the"
                        + " transaction log",
                call.messageIds(),
                call.method().name(),
                reason);
        call.messageIds().forEach(id -> events.endSkipped(id, reason));
        halfMessages.leave(call.messageIds());
    }
}
