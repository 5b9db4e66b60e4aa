package io.rmqtx.transport;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Bounds how many queries a second go to the brokers: after a restart of a broker a burst of check-backs comes. Each
 * caller reserves the next free slot; who would have to wait too long is turned away.
 */
final class QueryRate {

    private final long interval;
    private final AtomicLong nextFree = new AtomicLong(System.nanoTime());

    QueryRate(int perSecond) {
        this.interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /** Waits for a slot, {@code longest} at most; false if there is none. */
    boolean acquire(Duration longest) {
        while (true) {
            long now = System.nanoTime();
            long free = nextFree.get();
            long slot = free - now < 0 ? now : free;
            if (slot - now > longest.toNanos()) {
                return false;
            }
            if (nextFree.compareAndSet(free, slot + interval)) {
                return sleepUntil(slot);
            }
        }
    }

    private static boolean sleepUntil(long slot) {
        long left = slot - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            left = slot - System.nanoTime();
        }
        return true;
    }
}
