package io.rmqtx.producer;

import io.rmqtx.MessageSendException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The messages whose calls are running or whose half messages the broker has not been told about yet, so that a service
 * that is stopped can finish them: from when a half message is about to be sent, or a row is written, until the
 * broker's answer to its end.
 */
final class OpenCalls {

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
    void begin(Collection<String> ids) {
        messageIds.addAll(ids); // first, so that whoever waits for the last one sees it
        if (closed && !TransactionSynchronizationManager.isActualTransactionActive()) {
            end(ids);
            throw new MessageSendException(
                    "The service is being stopped and begins no more calls. Nothing was written.", null);
        }
    }

    /** Takes note of messages that come with a transaction that is running. */
    void join(Collection<String> ids) {
        messageIds.addAll(ids);
    }

    /** The broker has been told, or will not be: nothing is left to do for these. */
    void end(Collection<String> ids) {
        if (messageIds.removeAll(ids) && closed) {
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

    /** Admits no more calls, and waits for those that are open; says which ones are still open after that time. */
    List<String> close(Duration wait) throws InterruptedException {
        closed = true;
        lock.lock();
        try {
            for (long left = wait.toNanos(); left > 0 && !messageIds.isEmpty(); ) {
                left = fewer.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        List<String> left = List.copyOf(messageIds);
        messageIds.clear();
        return left;
    }
}
