package io.rmqtx.store;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Knows whether the transaction that Spring reports as active is already being committed or rolled back. In
 * {@code afterCommit} it still looks active, but what is written then belongs to no transaction any more.
 *
 * <p>Keeps one frame for each transaction that this manager began on the thread and has not ended, so that a
 * REQUIRES_NEW inside {@code afterCommit} is seen as what it is: a new one.
 */
final class CompletionPhase implements TransactionExecutionListener {

    private static final class Frame {
        private final TransactionExecution transaction;
        private boolean completing;

        Frame(TransactionExecution transaction) {
            this.transaction = transaction;
        }
    }

    @SuppressWarnings("ThreadLocalUsage") // one for each transaction manager, and there are few
    private final ThreadLocal<@Nullable Deque<Frame>> frames = new ThreadLocal<>();

    /** Watches the manager, where it can be watched. */
    static CompletionPhase of(PlatformTransactionManager manager) {
        CompletionPhase phase = new CompletionPhase();
        if (manager instanceof ConfigurableTransactionManager configurable) {
            configurable.addListener(phase);
        }
        return phase;
    }

    /** Whether the innermost transaction of this thread is past its last statement. */
    boolean isCompleting() {
        Deque<Frame> open = frames.get();
        Frame innermost = open == null ? null : open.peek();
        return innermost != null && innermost.completing;
    }

    @Override
    public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
        if (failure != null) {
            return;
        }
        Deque<Frame> open = frames.get();
        if (open == null) {
            open = new ArrayDeque<>(2);
            frames.set(open);
        }
        open.push(new Frame(transaction));
    }

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        completing(transaction);
    }

    @Override
    public void beforeRollback(TransactionExecution transaction) {
        completing(transaction);
    }

    @Override
    public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
        ended(transaction);
    }

    @Override
    public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
        ended(transaction);
    }

    private void completing(TransactionExecution transaction) {
        Deque<Frame> open = frames.get();
        if (open != null) {
            open.stream().filter(frame -> frame.transaction == transaction).forEach(frame -> frame.completing = true);
        }
    }

    private void ended(TransactionExecution transaction) {
        Deque<Frame> open = frames.get();
        if (open != null) {
            open.removeIf(frame -> frame.transaction == transaction);
            if (open.isEmpty()) {
                frames.remove();
            }
        }
    }
}
