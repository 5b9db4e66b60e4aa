package io.rmqtx.chaos.service;

import io.rmqtx.transfer.debit.InsufficientFundsException;
import io.rmqtx.transfer.debit.Transfer;
import io.rmqtx.transfer.debit.TransferService;
import java.math.BigDecimal;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Calls the service from several threads at a steady pace, as a front end would. */
final class Load {

    private static final int MOST_CENTS = 20_000;

    private final Tally tally;
    private final Runnable call;
    private final ScheduledExecutorService threads;

    Load(Tally tally, int threads, long periodMicros, Runnable call) {
        this.tally = tally;
        this.call = call;
        this.threads = Executors.newScheduledThreadPool(threads, task -> {
            Thread thread = new Thread(task, "load");
            thread.setDaemon(true);
            return thread;
        });
        for (int i = 0; i < threads; i++) {
            ScheduledFuture<?> unused =
                    this.threads.scheduleAtFixedRate(this::callOnce, 0, periodMicros, TimeUnit.MICROSECONDS);
        }
    }

    /** Transfers between accounts that are chosen at random. */
    static Runnable transfers(TransferService service, int accounts) {
        return () -> {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            service.transfer(new Transfer(
                    UUID.randomUUID().toString(),
                    "a" + random.nextInt(accounts),
                    "b" + random.nextInt(accounts),
                    BigDecimal.valueOf(random.nextInt(1, MOST_CENTS), 2)));
        };
    }

    /** Numbers for order keys k0, k1, ... that are chosen at random. */
    static Runnable numbers(NumberService service, int keys) {
        return () -> service.next("k" + ThreadLocalRandom.current().nextInt(keys));
    }

    private void callOnce() {
        tally.add(Tally.Count.CALLS);
        try {
            call.run();
            tally.add(Tally.Count.COMMITTED);
        } catch (InsufficientFundsException e) {
            tally.add(Tally.Count.REFUSED);
        } catch (RuntimeException e) {
            tally.add(Tally.Count.FAILED);
        }
    }

    /** Begins no more calls, and waits for those that are running. */
    void stop() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("calls are still running");
        }
    }
}
