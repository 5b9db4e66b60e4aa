package io.rmqtx.producer;

import io.rmqtx.MessageSendException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What a service that is stopped has to finish: the calls that are running, and the messages that the broker has not
 * been told about yet, from when a half message is about to be sent, or a row is written, until the broker's answer to
 * its end.
 */
final class OpenCalls {

    /** What was still open when the time was over. */
    record Left(int calls, List<String> messageIds) {

        boolean isNothing() {
            return calls == 0 && messageIds.isEmpty();
        }
    }

    private final AtomicInteger running = new AtomicInteger();
    private final Set<String> messageIds = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition fewer = lock.newCondition();
    private volatile boolean closed;

    /**
     * Admits a call that is about to begin. One inside a transaction belongs to something that is running, and is
     * admitted also when the service is being stopped.
     *
     * @throws MessageSendException if the service is being stopped
     */
    void begin() {
        running.incrementAndGet(); // first, so that whoever waits for the last one sees it
        if (closed && !TransactionSynchronizationManager.isActualTransactionActive()) {
            finished();
            throw new MessageSendException(
                    "The service is being stopped and begins no more calls. Nothing was written.", null);
        }
    }

    /** A call that began has ended; its messages may still be open. */
    void finished() {
        running.decrementAndGet();
        signal();
    }

    /** Takes note of messages of a call, or of a transaction, that is running. */
    void add(Collection<String> ids) {
        messageIds.addAll(ids);
    }

    /** The broker has been told, or will not be: nothing is left to do for these. */
    void end(Collection<String> ids) {
        if (messageIds.removeAll(ids)) {
            signal();
        }
    }

    private void signal() {
        if (closed) {
            lock.lock();
            try {
                fewer.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Begins to admit calls. */
    void open() {
        closed = false;
    }

    /** Admits no more calls, and waits for what is open; says what is still open after that time. */
    Left close(Duration wait) throws InterruptedException {
        closed = true;
        lock.lock();
        try {
            for (long left = wait.toNanos(); left > 0 && (running.get() > 0 || !messageIds.isEmpty()); ) {
                left = fewer.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        Left left = new Left(running.get(), List.copyOf(messageIds));
        messageIds.clear();
        return left;
    }
}
