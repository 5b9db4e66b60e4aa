package io.rmqtx.benchmark.contender;

import com.gruelbox.transactionoutbox.Submitter;
import com.gruelbox.transactionoutbox.TransactionOutboxEntry;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of gruelbox's outbox, as its documentation has them: an executor with a large bounded queue, which makes
 * whoever finds it full wait, and a loop that flushes until nothing is left. The loop lets the executor finish a batch
 * before it fetches the next one: a flush locks rows, and a row that the executor finds locked it leaves out until the
 * next attempt, which would make a pause of half a minute in the middle of a backlog.
 */
final class GruelboxDelivery implements Submitter, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GruelboxDelivery.class);
    private static final int THREADS = 16;
    private static final int QUEUE = 16_384;
    private static final long PAUSE_MILLIS = 10_000;

    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            THREADS, THREADS, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE), GruelboxDelivery::waitForRoom);
    private final ScheduledExecutorService flusher = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean running = true;
    private boolean looping;

    /** Runs tasks from now on, and the loop, now and after each pause. The loop is that of the first call. */
    synchronized void start(BooleanSupplier flush) {
        running = true;
        if (!looping) {
            looping = true;
            var unused = flusher.scheduleWithFixedDelay(
                    () -> flushAll(flush), PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
        flusher.execute(() -> flushAll(flush));
    }

    /** Drops tasks from now on, and does not flush: their rows stay. */
    void stop() {
        running = false;
    }

    private void flushAll(BooleanSupplier flush) {
        try {
            boolean more = running && underWay.get() == 0;
            while (more) {
                more = flush.getAsBoolean();
                while (underWay.get() > 0) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("A flush failed; there is another one after the pause", e);
        }
    }

    private static void waitForRoom(Runnable task, ThreadPoolExecutor executor) {
        try {
            executor.getQueue().put(task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException("interrupted", e);
        }
    }

    @Override
    public void submit(TransactionOutboxEntry entry, Consumer<TransactionOutboxEntry> task) {
        if (running) {
            underWay.incrementAndGet();
            executor.execute(() -> {
                try {
                    task.accept(entry);
                } finally {
                    underWay.decrementAndGet();
                }
            });
        }
    }

    @Override
    public void close() {
        flusher.shutdownNow();
        executor.shutdownNow();
    }
}
