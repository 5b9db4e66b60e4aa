package io.rmqtx.benchmark;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQClientException;

/**
 * Looks how a contender's messages become visible, from when it was made. The broker is asked often when the end is
 * near, and less often, because that disturbs what is measured, while much is left. Each wait is bounded by the time
 * since anything last changed.
 */
final class Watch {

    private static final long LONGEST_PAUSE_NANOS = 200_000_000;

    private final ContenderProcess contender;
    private final Deliveries deliveries;
    private final Duration look;
    private final Duration patience;
    private final long before;
    private long start = System.nanoTime();
    private Cpu usedBefore;
    private long seen;
    private long deadline;

    Watch(ContenderProcess contender, Options options, Deliveries deliveries) throws MQClientException {
        this.contender = contender;
        this.deliveries = deliveries;
        this.look = options.mode().look();
        this.patience = options.settle();
        this.before = deliveries.visible(contender);
        this.usedBefore = deliveries.used(contender);
    }

    /** Waits for the first message, and starts the clocks anew. Returns the time of the last look that saw none. */
    long awaitFirst(long expected) throws Exception {
        prolong();
        long empty = System.nanoTime();
        for (long now = empty; look(expected) == 0; now = System.nanoTime()) {
            empty = now;
            TimeUnit.NANOSECONDS.sleep(look.toNanos());
        }
        start = System.nanoTime();
        usedBefore = deliveries.used(contender);
        return empty;
    }

    /**
     * Waits until as many are visible as expected. Returns the time of the look that saw the last one.
     *
     * @throws MiscountException if there are too many, or if no more come
     */
    long awaitAll(long expected) throws Exception {
        prolong();
        while (look(expected) < expected) {
            TimeUnit.NANOSECONDS.sleep(pause(expected));
        }
        long now = System.nanoTime();
        deliveries.delivered(contender, expected);
        return now;
    }

    /** Waits until the contender has marked all, too, and tells the processor time of everything until then. */
    void awaitSettled(Map<Figure, Double> figures) throws Exception {
        prolong();
        while (!contender.isSettled()) {
            requireTime(seen);
            TimeUnit.MILLISECONDS.sleep(20);
        }
        Cpu used = deliveries.used(contender).since(usedBefore);
        double wall = (System.nanoTime() - start) / 1e9;
        double thousands = seen / 1000.0;
        figures.put(Figure.CPU_PROGRAM, used.program() / thousands);
        figures.put(Figure.CPU_DATABASE, used.database() / thousands);
        figures.put(Figure.CPU_BROKER, used.broker() / thousands);
        figures.put(Figure.CPU, used.sum() / thousands);
        figures.put(
                Figure.OTHERS,
                100 * used.others() / (wall * Runtime.getRuntime().availableProcessors()));
    }

    private long look(long expected) throws MQClientException, MiscountException {
        long now = deliveries.visible(contender) - before;
        if (now > seen) {
            prolong();
            seen = now;
        }
        if (now > expected) {
            throw new MiscountException(contender.name(), expected, now);
        }
        if (now < expected) {
            requireTime(expected);
        }
        return now;
    }

    /** A quarter of the time that the rest will take at the pace so far. */
    private long pause(long expected) {
        long perMessage = (System.nanoTime() - start) / Math.max(1, seen);
        long rest = perMessage * (expected - seen) / 4;
        return Math.max(look.toNanos(), Math.min(LONGEST_PAUSE_NANOS, rest));
    }

    private void prolong() {
        deadline = System.nanoTime() + patience.toNanos();
    }

    private void requireTime(long expected) throws MiscountException {
        if (System.nanoTime() > deadline) {
            throw new MiscountException(contender.name(), expected, seen);
        }
    }
}
