package io.rmqtx.embedded;

import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Shuts a name server, broker or client down without the 12 to 15 seconds that it spends in sleeps and in joins of threads that
 * sleep: watches the thread that shuts down, and wakes what it waits for.
 */
final class QuickStop {

    private static final String STORE = "org.apache.rocketmq.store.DefaultMessageStore";
    private static final String SERVICE_THREAD = "org.apache.rocketmq.common.ServiceThread";

    /** They poll or sleep, and survive an interruption: the only harm to another instance is one early poll. */
    private static final Set<String> POLLING_THREADS =
            Set.of("NettyEventExecutor", "QueueLockManager", "PopBufferMergeService");

    private QuickStop() {}

    static void run(Runnable shutdown) {
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        Thread stopper = new Thread(
                () -> {
                    try {
                        shutdown.run();
                    } catch (RuntimeException e) {
                        failure.set(e);
                    }
                },
                "embedded-rocketmq-stop");
        stopper.setDaemon(true);
        stopper.start();
        boolean storeWoken = false;
        boolean interrupted = false;
        while (stopper.isAlive()) {
            StackTraceElement[] stack = stopper.getStackTrace();
            if (calls(stack, SERVICE_THREAD, "shutdown")) {
                wakePollingThreads();
            } else if (!storeWoken && isAsleep(stack) && calls(stack, STORE, "shutdown")) {
                // Three seconds "for the clients": once only, for later waits must not be cut short.
                storeWoken = true;
                stopper.interrupt();
            }
            try {
                stopper.join(5);
            } catch (InterruptedException e) {
                interrupted = true; // a half-closed broker would hold ports and files: finish first
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private static void wakePollingThreads() {
        Thread[] threads = new Thread[Thread.activeCount() + 64];
        int count = Thread.enumerate(threads);
        for (int i = 0; i < count; i++) {
            Thread thread = threads[i];
            if (POLLING_THREADS.contains(thread.getName()) && thread.getState() == Thread.State.TIMED_WAITING) {
                thread.interrupt();
            }
        }
    }

    /** Asleep in the store's own code, not in something that it waits for. */
    private static boolean isAsleep(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (!frame.getClassName().equals(Thread.class.getName())) {
                return frame.getClassName().equals(STORE)
                        && stack[0].getMethodName().startsWith("sleep");
            }
        }
        return false;
    }

    private static boolean calls(StackTraceElement[] stack, String className, String method) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().equals(className) && frame.getMethodName().equals(method)) {
                return true;
            }
        }
        return false;
    }
}
