package io.rmqtx.producer;

import io.rmqtx.FencedTransactionException;
import io.rmqtx.MessageIds;
import io.rmqtx.spi.AbortedMessageException;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RmqTxListener;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;

/**
 * The outer step of a call: makes the messages and sends their halves before a connection is taken from the pool, so
 * that a slow broker holds no connections, and a dead one is noticed before anything has happened.
 */
final class HalfMessageStep {

    private final ReliableStores stores;
    private final HalfMessages halfMessages;
    private final RmqTxListener events;

    HalfMessageStep(ReliableStores stores, HalfMessages halfMessages, RmqTxListener events) {
        this.stores = stores;
        this.halfMessages = halfMessages;
        this.events = events;
    }

    /** Runs a call; its body leads to the {@link TransactionLogStep}. */
    @Nullable
    Object around(CallSettings settings, MessageMaker maker, CallBody body) throws Throwable {
        halfMessages.begin();
        try {
            return admitted(settings, maker, body);
        } finally {
            halfMessages.finished();
        }
    }

    private @Nullable Object admitted(CallSettings settings, MessageMaker maker, CallBody body) throws Throwable {
        ReliableStore store = stores.forTransactionManager(settings.transactionManager());
        MessageCall call = new MessageCall(settings, store, joins(settings, store), maker);
        prepare(call);
        try {
            return proceed(call, body);
        } catch (AbortedMessageException e) {
            if (call.isEnlisted() || !call.isEarly()) {
                throw e; // not our insert: another call inside the method
            }
            if (call.isJoined()) {
                throw new FencedTransactionException(
                        "The broker asked about message " + call.messageIds() + " before " + settings.name()
                                + " wrote its row, and was answered \"roll back\". The method did not run; roll back the"
                                + " outer transaction and repeat it.",
                        e);
            }
            // Waiting for a connection took longer than the broker waits before it asks, and the fence was faster.
            // Nothing has run yet, so the call may start once more, under new ids.
            events.callRestarted(call.messageIds());
            return again(new MessageCall(settings, store, false, maker), body);
        }
    }

    private @Nullable Object again(MessageCall call, CallBody body) throws Throwable {
        prepare(call);
        try {
            return proceed(call, body);
        } catch (AbortedMessageException e) {
            throw call.isEnlisted() ? e : fenced(call, e);
        }
    }

    private static FencedTransactionException fenced(MessageCall call, AbortedMessageException cause) {
        return new FencedTransactionException(
                "Twice in a row " + call.settings().name()
                        + " took longer to begin its transaction than the broker waits before it asks"
                        + " (transactionTimeOut), the second time as message " + call.messageIds()
                        + ". Nothing was written; the call can be repeated. Enlarge the connection pool, or the broker's"
                        + " transactionTimeOut.",
                cause);
    }

    /** Whether a call would join a transaction of this store. */
    static boolean joins(CallSettings settings, ReliableStore store) {
        if (settings.attribute().getPropagationBehavior() == TransactionDefinition.PROPAGATION_REQUIRES_NEW
                || !store.isTransactionActive()) {
            return false;
        }
        String refusal =
                switch (store.transactionPhase()) {
                    case RUNNING, COMMITTING -> "";
                    case COMPLETING, ROLLING_BACK ->
                        "while its transaction is being committed or rolled back (afterCommit, an AFTER_COMMIT event"
                                + " listener): what it writes would belong to no transaction";
                    case HIDDEN ->
                        "while a transaction of another transaction manager stands between it and its own: its message"
                                + " would follow that one's outcome";
                };
        if (!refusal.isEmpty()) {
            throw new IllegalTransactionStateException(settings.name() + " was called " + refusal
                    + ". Give it @Transactional(propagation = Propagation.REQUIRES_NEW). Nothing was written.");
        }
        return true;
    }

    private void prepare(MessageCall call) {
        if (call.settings().isLate()) {
            return;
        }
        call.makeMessages(null);
        if (call.isEarly()) {
            halfMessages.send(call);
        } else {
            halfMessages.check(call);
        }
    }

    private @Nullable Object proceed(MessageCall call, CallBody body) throws Throwable {
        try {
            Object result = body.run(call);
            if (!call.isEntered()) {
                throw new IllegalStateException(
                        "The transaction log row of " + call.settings().name()
                                + " was not written, because the inner advice of rmq-tx did not run. The message is dropped,"
                                + " but the method's own writes may have been committed. Remove advice that replaces the"
                                + " method between rmq-tx and the method.");
            }
            MessageIds.add(call.messageIds());
            return result;
        } finally {
            if (!call.isEnlisted()) {
                halfMessages.abandon(call);
            }
        }
    }
}
