package io.rmqtx.relay;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How much may be in memory. Thread-safe. */
final class Budget {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final int maxMessages;
    private final long maxBytes;
    private int messages;
    private long bytes;

    Budget(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** Takes room for one message, if there is any; a single message may be larger than all the room. */
    boolean tryTake(long size) {
        lock.lock();
        try {
            if (messages >= maxMessages || (messages > 0 && bytes + size > maxBytes)) {
                return false;
            }
            messages++;
            bytes += size;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes room for one message, whether there is any or not. */
    void take(long size) {
        lock.lock();
        try {
            messages++;
            bytes += size;
        } finally {
            lock.unlock();
        }
    }

    void giveBack(long size) {
        lock.lock();
        try {
            messages--;
            bytes -= size;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Room for how many more; 0 if there is none. */
    int messagesLeft() {
        lock.lock();
        try {
            return bytes >= maxBytes ? 0 : Math.max(0, maxMessages - messages);
        } finally {
            lock.unlock();
        }
    }

    /** Room for how many more bytes. */
    long bytesLeft() {
        lock.lock();
        try {
            return Math.max(0, maxBytes - bytes);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until at least half is free; false if the time was over. */
    boolean awaitHalf(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (messages > maxMessages / 2 || bytes > maxBytes / 2) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all is free; false if the time was over. */
    boolean awaitAll(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (messages > 0) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
