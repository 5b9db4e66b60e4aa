package io.rmqtx.interleaving;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Threads that take one step at a time, when they are told to. A step ends at the next gate, with the thread's task, or
 * in a lock of the database: then the others go on, and the step ends when the lock is released.
 *
 * <p>Whether a thread waits for a lock is asked of the database, and believed only while one of the others has an open
 * transaction that can hold it: a database counts a waiter for a moment longer than it waits.
 */
final class Actors implements AutoCloseable {

    private static final long TOO_LONG_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final ThreadLocal<@Nullable Actor> CURRENT = new ThreadLocal<>();

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "actor");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Actor> all = new ArrayList<>();
    private final LockWaits lockWaits;

    Actors(LockWaits lockWaits) {
        this.lockWaits = lockWaits;
    }

    /** An actor without a task. */
    synchronized Actor add(String name) {
        Actor actor = new Actor(name);
        all.add(actor);
        return actor;
    }

    /** The actor that this thread is, if it is one. */
    static @Nullable Actor current() {
        return CURRENT.get();
    }

    /** Waits here for the next step, if this thread is an actor's. */
    static void pause(String gate) {
        Actor actor = CURRENT.get();
        if (actor != null) {
            actor.waitAt(gate);
        }
    }

    /** Waits until every actor has come to a gate, to its end, or to a lock. */
    void settle() {
        long start = System.nanoTime();
        for (int round = 0; ; round++) {
            int running = running(round == 0 ? 2 : 1);
            if (running == 0 || (round > 0 && someoneHolds() && lockWaits.count(runningThreads()) >= running)) {
                return;
            }
            if (System.nanoTime() - start > TOO_LONG_NANOS) {
                throw new IllegalStateException("Nothing moves: " + all);
            }
        }
    }

    private synchronized int running(int waitMillis) {
        int running = countRunning();
        try {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
            while (running > 0 && System.nanoTime() < until) {
                wait(1);
                running = countRunning();
            }
            return running;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private int countRunning() {
        return (int) all.stream().filter(actor -> actor.running).count();
    }

    private synchronized List<Thread> runningThreads() {
        List<Thread> running = new ArrayList<>();
        for (Actor actor : all) {
            if (actor.running && actor.thread != null) {
                running.add(actor.thread);
            }
        }
        return running;
    }

    private synchronized boolean someoneHolds() {
        return all.stream().anyMatch(actor -> actor.holds && !actor.running);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** One of the threads. */
    final class Actor {

        private final String name;
        private boolean running;
        private boolean holds;
        private boolean atEnd = true;
        private @Nullable String gate;
        private @Nullable Thread thread;
        private @Nullable Statement statement;

        private Actor(String name) {
            this.name = name;
        }

        /** Runs the task on a thread of its own up to the first gate. */
        void start(Runnable task) {
            synchronized (Actors.this) {
                running = true;
                atEnd = false;
            }
            threads.execute(() -> perform(task));
            settle();
        }

        /** Makes this thread the actor's until the task is done; it stops at the gate first. */
        void impersonate(String firstGate, Runnable task) {
            synchronized (Actors.this) {
                running = true;
                atEnd = false;
            }
            perform(() -> {
                waitAt(firstGate);
                task.run();
            });
        }

        private void perform(Runnable task) {
            CURRENT.set(this);
            synchronized (Actors.this) {
                thread = Thread.currentThread();
            }
            try {
                task.run();
            } finally {
                CURRENT.remove();
                synchronized (Actors.this) {
                    running = false;
                    holds = false;
                    atEnd = true;
                    gate = null;
                    statement = null;
                    thread = null;
                    Actors.this.notifyAll();
                }
            }
        }

        private void waitAt(String here) {
            synchronized (Actors.this) {
                gate = here;
                running = false;
                Actors.this.notifyAll();
                try {
                    while (gate != null) {
                        Actors.this.wait();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
        }

        /** Goes on from its gate, if it stands at one; the gate's name, or null. */
        @Nullable
        String step() {
            String from;
            synchronized (Actors.this) {
                from = gate;
                if (from == null) {
                    return null;
                }
                gate = null;
                running = true;
                Actors.this.notifyAll();
            }
            settle();
            return from;
        }

        /** Ends its wait for a lock as a time-out does, if it waits for one. */
        boolean giveUp() {
            Statement waiting;
            synchronized (Actors.this) {
                waiting = running ? statement : null;
            }
            if (waiting == null) {
                return false;
            }
            try {
                waiting.cancel();
            } catch (SQLException e) {
                if (!isClosed(waiting)) { // it may have ended at this moment
                    throw new IllegalStateException(e);
                }
            }
            awaitEndOfStep();
            return true;
        }

        private static boolean isClosed(Statement statement) {
            try {
                return statement.isClosed();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private void awaitEndOfStep() {
            long start = System.nanoTime();
            while (isRunning()) {
                running(1);
                if (System.nanoTime() - start > TOO_LONG_NANOS) {
                    throw new IllegalStateException(name + " still waits for its lock");
                }
            }
            settle();
        }

        /** Whether its transaction holds the row's key from now on, or not any more. */
        void holds(boolean key) {
            synchronized (Actors.this) {
                holds = key;
            }
        }

        /** Takes note of the statement that may have to wait. */
        void executes(Statement next) {
            synchronized (Actors.this) {
                statement = next;
            }
        }

        String name() {
            return name;
        }

        boolean isAtEnd() {
            synchronized (Actors.this) {
                return atEnd;
            }
        }

        private boolean isRunning() {
            synchronized (Actors.this) {
                return running;
            }
        }

        @Override
        public String toString() {
            return name + (gate == null ? running ? " runs" : "" : " at '" + gate + "'");
        }
    }
}
