package io.rmqtx.chaos.service;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** The one point that is armed, if any. The first thread to come by dies there, or waits there. */
final class Hooks {

    /** What {@code Runtime.halt} is given; nothing else in the process ends with it. */
    static final int HALTED = 77;

    /** What happens at the point. */
    enum Action {
        HALT,
        PAUSE
    }

    private record Armed(CrashPoint point, Action action) {}

    private static final AtomicReference<Armed> ARMED = new AtomicReference<>();
    private static volatile CountDownLatch go = new CountDownLatch(1);

    private Hooks() {}

    static void arm(CrashPoint point, Action action) {
        go = new CountDownLatch(1);
        ARMED.set(new Armed(point, action));
    }

    static boolean isArmed(CrashPoint point) {
        Armed armed = ARMED.get();
        return armed != null && armed.point() == point;
    }

    /** Called where the process is at this point. */
    static void at(CrashPoint point) {
        Armed armed = ARMED.get();
        if (armed == null || armed.point() != point || !ARMED.compareAndSet(armed, null)) {
            return;
        }
        Lines.say("AT " + point);
        if (armed.action() == Action.HALT) {
            Runtime.getRuntime().halt(HALTED);
        }
        try {
            go.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the thread that waits go on. */
    static void go() {
        go.countDown();
    }
}
