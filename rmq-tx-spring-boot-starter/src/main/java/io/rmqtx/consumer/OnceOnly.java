package io.rmqtx.consumer;

import io.rmqtx.spi.ConsumedKeys;
import io.rmqtx.spi.KeyBusyException;
import io.rmqtx.spi.ReliableStore;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.DefaultTransactionDefinition;

/**
 * Runs a piece of business once per key.
 *
 * <ol>
 *   <li>begin a transaction, with the database's default isolation;
 *   <li>insert the key: it waits for another transaction with this key;
 *   <li>duplicate → roll back, done; busy → roll back and repeat from 1, in a fresh transaction, until the wait is over;
 *   <li>run the business; commit both together, or roll both back.
 * </ol>
 *
 * <p>A busy key is repeated in a fresh transaction also when the wait for it succeeded: on InnoDB the waited insert
 * keeps a gap lock, and everybody else's inserts would wait for this one's business.
 */
final class OnceOnly {

    private static final Logger log = LoggerFactory.getLogger(OnceOnly.class);
    private static final long LONGEST_PAUSE_MILLIS = 200;

    private final ReliableStore store;
    private final String group;
    private final Duration keyWait;
    private final Semaphore waiters;

    /** For callers on threads that are not ours. */
    static OnceOnly of(ReliableStore store, String group, ConsumerProperties properties) {
        return of(store, group, properties, properties.getThreads());
    }

    /** For callers on so many threads, half of which may wait for busy keys at once. */
    static OnceOnly of(ReliableStore store, String group, ConsumerProperties properties, int threads) {
        return new OnceOnly(store, group, properties.getKeyWait(), Math.max(1, threads / 2));
    }

    private OnceOnly(ReliableStore store, String group, Duration keyWait, int mostWaiters) {
        this.store = store;
        this.group = group;
        this.keyWait = keyWait;
        this.waiters = new Semaphore(mostWaiters);
    }

    /**
     * Runs the business, if the key is new.
     *
     * @param onBusy told once, when another transaction holds the key
     * @throws Throwable what the business threw, or the transaction; both are rolled back, unless it was the commit
     */
    Outcome run(String key, String messageId, Business business, Runnable onBusy) throws Throwable {
        long started = System.nanoTime();
        if (attempt(key, messageId, business) instanceof Finished finished) {
            return finished.outcome();
        }
        onBusy.run();
        // Copies of one message must not take all threads from the others.
        if (!waiters.tryAcquire()) {
            return Outcome.BUSY;
        }
        try {
            return repeat(key, messageId, business, started);
        } finally {
            waiters.release();
        }
    }

    private Outcome repeat(String key, String messageId, Business business, long started) throws Throwable {
        long pause = 1;
        while (System.nanoTime() - started < keyWait.toNanos()) {
            Step step = attempt(key, messageId, business);
            if (step instanceof Finished finished) {
                return finished.outcome();
            }
            if (step instanceof Busy busy && !busy.released()) {
                if (!pause(pause)) {
                    return Outcome.BUSY; // the client shuts down: nothing has failed
                }
                pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
            }
        }
        return Outcome.BUSY;
    }

    private static boolean pause(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Step attempt(String key, String messageId, Business business) throws Throwable {
        PlatformTransactionManager manager = store.transactionManager();
        DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
        definition.setName("rmq-tx consume " + group);
        TransactionStatus transaction = manager.getTransaction(definition);
        try {
            if (store.consumedKeys().insert(group, key, messageId) == ConsumedKeys.Outcome.DUPLICATE) {
                rollBack(manager, transaction);
                return new Finished(Outcome.DUPLICATE);
            }
        } catch (KeyBusyException e) {
            rollBack(manager, transaction);
            log.debug("Key '{}' of group '{}' is held by another transaction.", LogText.of(key), group, e);
            return new Busy(e.isReleased());
        } catch (Throwable thrown) {
            rollBack(manager, transaction);
            throw thrown;
        }
        try {
            business.run();
            refuseRollbackOnly(transaction);
        } catch (Throwable thrown) {
            rollBack(manager, transaction);
            throw thrown;
        }
        manager.commit(transaction);
        return new Finished(Outcome.EFFECT);
    }

    private static void refuseRollbackOnly(TransactionStatus transaction) {
        if (transaction.isRollbackOnly()) {
            throw new UnexpectedRollbackException(
                    "The method returned normally, but its transaction was marked rollback-only: an exception was"
                            + " caught that had passed a @Transactional method, or setRollbackOnly() was called. Let"
                            + " the exception through, or give that method REQUIRES_NEW.");
        }
    }

    // What the business threw is the cause; a connection that is too broken to roll back is rolled back by its end.
    private static void rollBack(PlatformTransactionManager manager, TransactionStatus transaction) {
        try {
            manager.rollback(transaction);
        } catch (RuntimeException e) {
            log.warn("Roll-back failed; the database ends the transaction with its connection.", e);
        }
    }

    /** What came of it. */
    enum Outcome {
        /** The business ran, and committed with its key. */
        EFFECT,
        /** The key was there; nothing ran. */
        DUPLICATE,
        /** Another transaction holds the key still; nothing ran. */
        BUSY
    }

    /** The business. */
    @FunctionalInterface
    interface Business {
        void run() throws Throwable;
    }

    private sealed interface Step permits Finished, Busy {}

    private record Finished(Outcome outcome) implements Step {}

    private record Busy(boolean released) implements Step {}
}
