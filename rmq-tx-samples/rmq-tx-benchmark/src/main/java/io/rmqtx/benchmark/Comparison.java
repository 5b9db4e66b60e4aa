package io.rmqtx.benchmark;

import io.rmqtx.benchmark.Statistics.Interval;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One contender by another, round by round: what disturbs the machine for longer than a round disturbs both.
 *
 * @param contender who is compared
 * @param reference with whom
 * @param threads at how many callers
 * @param callsPerSecond ratio; more is better
 * @param p50 ratio of the latencies; less is better
 * @param p99 ratio of the latencies; less is better
 * @param cpu ratio of processor seconds per call, all processes
 * @param cpuOfProgram the same, of the contender's process
 * @param cpuOfDatabase the same, of the database
 * @param cpuOfBroker the same, of the broker
 */
record Comparison(
        String contender,
        String reference,
        int threads,
        Interval callsPerSecond,
        Interval p50,
        Interval p99,
        Interval cpu,
        Interval cpuOfProgram,
        Interval cpuOfDatabase,
        Interval cpuOfBroker) {

    /** From the runs of both at one number of threads, in the order of their rounds. */
    static Comparison of(List<Run> contender, List<Run> reference) {
        return new Comparison(
                contender.get(0).contender(),
                reference.get(0).contender(),
                contender.get(0).threads(),
                ratio(contender, reference, Run::callsPerSecond),
                ratio(contender, reference, Run::p50Millis),
                ratio(contender, reference, Run::p99Millis),
                ratio(contender, reference, run -> run.cpuPer1000().sum()),
                ratio(contender, reference, run -> run.cpuPer1000().program()),
                ratio(contender, reference, run -> run.cpuPer1000().database()),
                ratio(contender, reference, run -> run.cpuPer1000().broker()));
    }

    private static Interval ratio(List<Run> contender, List<Run> reference, ToDoubleFunction<Run> figure) {
        double[] ratios = new double[contender.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = figure.applyAsDouble(contender.get(round)) / figure.applyAsDouble(reference.get(round));
        }
        return Statistics.interval(ratios);
    }
}
