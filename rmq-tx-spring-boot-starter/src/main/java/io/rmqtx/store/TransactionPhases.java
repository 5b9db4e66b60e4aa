package io.rmqtx.store;

import io.rmqtx.MessageSendException;
import io.rmqtx.spi.TransactionPhase;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Follows the transactions of one manager on each thread, because Spring does not tell how far one has come: in
 * {@code afterCommit} it still looks active.
 *
 * <p>Keeps one frame for each transaction that was begun and has not ended, innermost first, so that a REQUIRES_NEW
 * inside {@code afterCommit} is seen as what it is: a new one. A synchronization marks each transaction; where it is not
 * among the current ones, another manager's transaction has put its own in their place.
 */
final class TransactionPhases implements TransactionExecutionListener {

    private static final class Frame implements TransactionSynchronization, PriorityOrdered {
        private final TransactionExecution transaction;
        private final @Nullable Frame outer;
        private TransactionPhase phase;
        private boolean rollbackOnly;
        private @Nullable RuntimeException refusal;

        Frame(TransactionExecution transaction, @Nullable Frame outer) {
            this.transaction = transaction;
            this.outer = outer;
            // A savepoint's is part of what surrounds it.
            this.phase = outer == null || transaction.isNewTransaction() ? TransactionPhase.RUNNING : outer.phase;
        }

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            phase = TransactionPhase.COMMITTING;
            rollbackOnly = transaction.isRollbackOnly();
        }
    }

    @SuppressWarnings("ThreadLocalUsage") // one for each transaction manager, and there are few
    private final ThreadLocal<@Nullable Frame> innermost = new ThreadLocal<>();

    /** Follows the manager's transactions, where they can be followed. */
    static TransactionPhases of(PlatformTransactionManager manager) {
        TransactionPhases phases = new TransactionPhases();
        if (manager instanceof ConfigurableTransactionManager configurable) {
            configurable.addListener(phases);
        }
        return phases;
    }

    /** The phase of the innermost transaction of this thread. */
    TransactionPhase current() {
        Frame frame = innermost.get();
        if (frame == null) {
            return TransactionPhase.RUNNING;
        }
        if (frame.phase != TransactionPhase.COMPLETING
                && frame.phase != TransactionPhase.ROLLING_BACK
                && TransactionSynchronizationManager.isSynchronizationActive()
                && !TransactionSynchronizationManager.getSynchronizations().contains(frame)) {
            return TransactionPhase.HIDDEN;
        }
        return frame.phase;
    }

    /** Whether the innermost transaction of this thread was marked so before its synchronizations were asked. */
    boolean isRollbackOnly() {
        Frame frame = innermost.get();
        return frame != null && frame.rollbackOnly;
    }

    @Override
    public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
        if (failure == null) {
            Frame frame = new Frame(transaction, innermost.get());
            innermost.set(frame);
            if (TransactionSynchronizationManager.isSynchronizationActive()) {
                TransactionSynchronizationManager.registerSynchronization(frame);
            }
        }
    }

    /** Makes the transaction of this thread fail, of which the innermost frame may be a savepoint's. */
    void refuseCommit(RuntimeException cause) {
        Frame frame = innermost.get();
        while (frame != null && !frame.transaction.isNewTransaction()) {
            frame = frame.outer;
        }
        if (frame == null) {
            throw new IllegalStateException("There is no commit that could be refused.", cause);
        }
        if (frame.refusal == null) {
            frame.refusal = cause;
        }
    }

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        for (Frame frame = innermost.get(); frame != null; frame = frame.outer) {
            if (frame.transaction == transaction && frame.refusal != null) {
                frame.phase = TransactionPhase.ROLLING_BACK;
                throw refused(frame.refusal);
            }
        }
        completing(transaction, TransactionPhase.COMPLETING);
    }

    /** For a TransactionException Spring does not roll back. */
    private static RuntimeException refused(RuntimeException cause) {
        return cause instanceof TransactionException
                ? new MessageSendException(
                        "The messages of a transaction could not be published with it, and it is rolled back: "
                                + cause.getMessage(),
                        cause)
                : cause;
    }

    @Override
    public void beforeRollback(TransactionExecution transaction) {
        completing(transaction, TransactionPhase.ROLLING_BACK);
    }

    @Override
    public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
        ended(transaction);
    }

    @Override
    public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
        ended(transaction);
    }

    private void completing(TransactionExecution transaction, TransactionPhase phase) {
        for (Frame frame = innermost.get(); frame != null; frame = frame.outer) {
            if (frame.transaction == transaction) {
                frame.phase = phase;
            }
        }
    }

    private void ended(TransactionExecution transaction) {
        for (Frame frame = innermost.get(); frame != null; frame = frame.outer) {
            if (frame.transaction == transaction) {
                if (frame.outer == null) {
                    innermost.remove();
                } else {
                    innermost.set(frame.outer);
                }
                return;
            }
        }
    }
}
