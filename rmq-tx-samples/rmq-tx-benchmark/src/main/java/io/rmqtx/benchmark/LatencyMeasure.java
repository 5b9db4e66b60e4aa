package io.rmqtx.benchmark;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Calls by one thread at a fixed rate, whether or not the ones before are through (an open loop, as long as no call takes
 * longer than the time between two), and a consumer in the contender's process. What is timed begins right before the
 * COMMIT of the business transaction, and ends where the consumer has the message.
 */
final class LatencyMeasure implements Measure {

    private final Options options;
    private final Deliveries deliveries;

    LatencyMeasure(Options options, Deliveries deliveries) {
        this.options = options;
        this.deliveries = deliveries;
    }

    @Override
    public String title() {
        return options.rate() + " calls a second, commit to consumer";
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
        LoadResult load = contender.pace(options.rate(), length);
        watch.awaitAll(load.calls());
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.CALLS, load.callsPerSecond());
        figures.put(Figure.P50, load.p50Nanos() / 1e6);
        figures.put(Figure.P99, load.p99Nanos() / 1e6);
        watch.awaitSettled(figures);
        contender.clear();
        return new Run(contender.name(), title(), round, load.calls(), load.calls(), figures);
    }
}
