package io.rmqtx.benchmark;

import io.rmqtx.benchmark.contender.Contender;
import io.rmqtx.benchmark.contender.Purchase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Calls a contender from some threads, each one call after the other, for some time, and takes the times. */
final class LoadGenerator {

    private static final int MANY = 4096;

    private final Contender contender;
    private final int bytes;
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private int generation;

    LoadGenerator(Contender contender, int bytes) {
        this.contender = contender;
        this.bytes = bytes;
    }

    /**
     * Runs, and waits for the last call to end. A call that fails ends the run.
     *
     * @throws ExecutionException with the failure of a call
     */
    LoadResult run(int threads, Duration length) throws InterruptedException, ExecutionException {
        String prefix = run + "-" + generation++ + "-";
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch ready = new CountDownLatch(threads);
            CountDownLatch go = new CountDownLatch(1);
            List<Future<long[]>> callers = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                callers.add(pool.submit(caller(prefix + thread + "-", length, ready, go)));
            }
            ready.await();
            long start = System.nanoTime();
            go.countDown();
            List<long[]> latencies = new ArrayList<>();
            for (Future<long[]> caller : callers) {
                latencies.add(caller.get());
            }
            long elapsed = System.nanoTime() - start;
            return LoadResult.of(elapsed, latencies);
        } finally {
            pool.shutdownNow();
        }
    }

    private Callable<long[]> caller(String prefix, Duration length, CountDownLatch ready, CountDownLatch go) {
        return () -> {
            long[] latencies = new long[MANY];
            int calls = 0;
            ready.countDown();
            go.await();
            long end = System.nanoTime() + length.toNanos();
            long before = System.nanoTime();
            while (before < end) {
                contender.call(Purchase.of(prefix + calls, calls, bytes));
                long after = System.nanoTime();
                if (calls == latencies.length) {
                    latencies = Arrays.copyOf(latencies, 2 * calls);
                }
                latencies[calls++] = after - before;
                before = after;
            }
            return Arrays.copyOf(latencies, calls);
        };
    }
}
