package io.rmqtx.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.springframework.transaction.support.TransactionTemplate;

/** A transaction on a thread of its own that has done its work and waits to be told how to end. */
final class HeldTransaction implements AutoCloseable {

    private final CountDownLatch worked = new CountDownLatch(1);
    private final CompletableFuture<Boolean> commit = new CompletableFuture<>();
    private final CompletableFuture<Void> ended;

    HeldTransaction(TransactionTemplate tx, Work work) throws Exception {
        ended = CompletableFuture.runAsync(
                () -> tx.executeWithoutResult(status -> {
                    try {
                        work.run();
                        worked.countDown();
                        if (!commit.get(60, SECONDS)) {
                            status.setRollbackOnly();
                        }
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }),
                command -> new Thread(command).start());
        while (!worked.await(10, MILLISECONDS)) {
            if (ended.isCompletedExceptionally()) {
                ended.get();
            }
        }
    }

    void commit() throws Exception {
        commit.complete(true);
        ended.get(30, SECONDS);
    }

    void rollBack() throws Exception {
        commit.complete(false);
        ended.get(30, SECONDS);
    }

    /** Rolls back unless it was told otherwise before. */
    @Override
    public void close() {
        commit.complete(false);
        ended.handle((done, failure) -> null).join();
    }

    /** What the transaction does before it waits. */
    interface Work {

        void run() throws Exception;
    }
}
