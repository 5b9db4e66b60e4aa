package io.rmqtx.benchmark;

import io.rmqtx.benchmark.Statistics.Interval;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One contender by another, round by round: what disturbs the machine for longer than a round disturbs both.
 *
 * @param contender who is compared
 * @param reference with whom
 * @param table in which runs
 * @param ratios of what was measured
 */
record Comparison(String contender, String reference, String table, Map<Figure, Interval> ratios) {

    /** Who is compared with whom. */
    record Pair(ContenderSpec contender, ContenderSpec reference) {}

    /** From the runs of both for one table, in the order of their rounds. */
    static Comparison of(List<Run> contender, List<Run> reference) {
        Run first = contender.get(0);
        Map<Figure, Interval> ratios = new EnumMap<>(Figure.class);
        for (Figure figure : first.figures().keySet()) {
            if (figure != Figure.OTHERS && reference.get(0).figures().containsKey(figure)) {
                ratios.put(figure, ratio(contender, reference, figure));
            }
        }
        return new Comparison(first.contender(), reference.get(0).contender(), first.table(), ratios);
    }

    private static Interval ratio(List<Run> contender, List<Run> reference, Figure figure) {
        double[] ratios = new double[contender.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] =
                    contender.get(round).figure(figure) / reference.get(round).figure(figure);
        }
        return Statistics.interval(ratios);
    }
}
