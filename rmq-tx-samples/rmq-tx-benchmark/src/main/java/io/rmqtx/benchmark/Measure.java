package io.rmqtx.benchmark;

import java.util.List;

/** What is done with one contender in one run, and what is looked at. One measure, one table. */
interface Measure {

    /** What stands above the table. */
    String title();

    /**
     * Before the first round, and before each run; what comes of it is thrown away.
     *
     * @param first whether it is the one before the first round
     */
    void warmUp(ContenderProcess contender, boolean first) throws Exception;

    /** One run. Returns when all of it is delivered and marked, and the tables are as the next run needs them. */
    Run run(ContenderProcess contender, int round) throws Exception;

    /** The measures of a benchmark, in the order of their tables. */
    static List<Measure> of(Options options, Deliveries deliveries) {
        return switch (options.mode()) {
            case TRANSACTIONAL, OUTBOX ->
                options.threads().stream()
                        .map(threads -> (Measure) new CallsMeasure(options, deliveries, threads))
                        .toList();
            case DRAIN -> List.of(new DrainMeasure(options, deliveries));
            case LATENCY -> List.of(new LatencyMeasure(options, deliveries));
        };
    }
}
