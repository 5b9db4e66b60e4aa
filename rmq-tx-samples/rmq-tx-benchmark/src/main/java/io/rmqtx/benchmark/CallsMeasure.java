package io.rmqtx.benchmark;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Calls by some threads, one call after the other, as fast as they can. */
final class CallsMeasure implements Measure {

    private final Options options;
    private final Deliveries deliveries;
    private final int threads;

    CallsMeasure(Options options, Deliveries deliveries, int threads) {
        this.options = options;
        this.deliveries = deliveries;
        this.threads = threads;
    }

    @Override
    public String title() {
        return threads + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public void warmUp(ContenderProcess contender, boolean first) throws Exception {
        observe(contender, 0, first ? options.first() : options.warmUp());
    }

    @Override
    public Run run(ContenderProcess contender, int round) throws Exception {
        return observe(contender, round, options.measured());
    }

    private Run observe(ContenderProcess contender, int round, Duration length) throws Exception {
        Watch watch = deliveries.watch(contender);
        LoadResult load = contender.run(threads, length);
        long answered = System.nanoTime();
        long tail = watch.awaitAll(load.calls()) - answered;
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.CALLS, load.callsPerSecond());
        figures.put(Figure.DELIVERED, load.calls() * 1e9 / (load.nanos() + tail));
        figures.put(Figure.P50, load.p50Nanos() / 1e6);
        figures.put(Figure.P99, load.p99Nanos() / 1e6);
        watch.awaitSettled(figures);
        contender.clear();
        return new Run(contender.name(), title(), round, load.calls(), load.calls(), figures);
    }
}
