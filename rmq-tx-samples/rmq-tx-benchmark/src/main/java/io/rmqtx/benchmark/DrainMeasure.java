package io.rmqtx.benchmark;

import java.util.EnumMap;
import java.util.Map;

/**
 * A backlog that is delivered. The time is, for all alike, from the last look at the topic that saw none of it to the
 * first one that saw all: starting whatever delivers it does not count. The same holds for the processor time, but for
 * the marks, which count.
 */
final class DrainMeasure implements Measure {

    /** Which part of the backlog is the warm-up. */
    private static final int WARM_UP = 5;

    private final Options options;
    private final Deliveries deliveries;

    DrainMeasure(Options options, Deliveries deliveries) {
        this.options = options;
        this.deliveries = deliveries;
    }

    @Override
    public String title() {
        return "Backlog of " + options.backlog();
    }

    @Override
    public void warmUp(ContenderProcess contender, boolean first) throws Exception {
        if (first) {
            drain(contender, 0, Math.max(1, options.backlog() / WARM_UP));
        }
    }

    @Override
    public Run run(ContenderProcess contender, int round) throws Exception {
        return drain(contender, round, options.backlog());
    }

    private Run drain(ContenderProcess contender, int round, int messages) throws Exception {
        contender.fill(messages, options.history());
        Watch watch = deliveries.watch(contender);
        contender.beginDelivery();
        long begin = watch.awaitFirst(messages);
        long end = watch.awaitAll(messages);
        contender.awaitDelivery();
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.DELIVERED, messages * 1e9 / (end - begin));
        watch.awaitSettled(figures);
        if (options.history() == 0) {
            contender.clear(); // else it is history from now on
        }
        return new Run(contender.name(), title(), round, messages, messages, figures);
    }
}
