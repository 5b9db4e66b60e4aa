package io.rmqtx.demo.watch;

import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.FaultSwitches;
import java.time.Duration;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Loses the COMMIT of one order and of no other. The switch strikes the next COMMIT that reaches the broker, so no
 * other one may be under way.
 */
final class CommitFault {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final EmbeddedRocketMq broker;
    private final Unended unended;
    private final ReadWriteLock lock = new ReentrantReadWriteLock(true);

    CommitFault(EmbeddedRocketMq broker, Unended unended) {
        this.broker = broker;
        this.unended = unended;
    }

    /** Other requests take this lock for reading. */
    ReadWriteLock lock() {
        return lock;
    }

    /** Runs the action, whose COMMIT is lost. */
    <T> T losing(Supplier<T> action) throws InterruptedException {
        lock.writeLock().lockInterruptibly();
        try {
            unended.awaitNone(LONGEST_WAIT);
            FaultSwitches faults = broker.faults();
            int before = faults.seenCommits();
            faults.commitsOnly(true);
            faults.dropEndTransaction(1);
            try {
                T result = action.get();
                awaitCommit(faults, before);
                return result;
            } finally {
                faults.dropEndTransaction(0);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static void awaitCommit(FaultSwitches faults, int before) throws InterruptedException {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (faults.seenCommits() == before && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
    }
}
