package io.rmqtx.benchmark;

import java.util.Map;

/**
 * One measured run.
 *
 * @param contender whose
 * @param table with whose runs it is compared: those of as many callers, or of as large a backlog
 * @param round in which round
 * @param calls how many calls succeeded, or how many messages the backlog was
 * @param delivered how many messages consumers can see for them
 * @param figures what came out, in the order in which it is told
 */
record Run(String contender, String table, int round, long calls, long delivered, Map<Figure, Double> figures) {

    /** NaN if it was not measured. */
    double figure(Figure figure) {
        return figures.getOrDefault(figure, Double.NaN);
    }
}
