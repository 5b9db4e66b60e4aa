package io.rmqtx.embedded;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions of which nobody notifies. */
final class Waiting {

    private Waiting() {}

    static void until(Duration atMost, BooleanSupplier condition, Supplier<String> complaint) {
        if (!isMet(atMost, condition)) {
            throw new EmbeddedRocketMqException(complaint.get());
        }
    }

    static boolean isMet(Duration atMost, BooleanSupplier condition) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return true;
    }
}
