package io.rmqtx.benchmark.contender;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * When business transactions were about to commit, by purchase: taken when all their statements have run, and what is
 * left is the COMMIT itself. Costs nothing until it is {@linkplain #keep() kept}. Thread-safe.
 */
public final class CommitTimes {

    private final Map<String, Long> nanos = new ConcurrentHashMap<>();
    private volatile boolean kept;

    /** Keeps the times from now on. */
    public void keep() {
        kept = true;
    }

    /** To be called within the transaction. */
    void watch(String purchase) {
        if (kept) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void beforeCompletion() { // which comes after every beforeCommit
                    nanos.put(purchase, System.nanoTime());
                }
            });
        }
    }

    /** {@link System#nanoTime()} then, and forgets it; null if there is none, or if it was taken before. */
    public @Nullable Long take(String purchase) {
        return nanos.remove(purchase);
    }
}
