package io.rmqtx.benchmark;

import java.util.Arrays;
import java.util.Random;

/** Medians, and how sure they are. */
final class Statistics {

    private static final int RESAMPLES = 10_000;
    private static final long SEED = 20_261_121L;

    private Statistics() {}

    /**
     * A median with its 95 % interval.
     *
     * @param median of the samples
     * @param low the 2.5 % percentile of the medians of resamples
     * @param high the 97.5 % percentile
     */
    record Interval(double median, double low, double high) {}

    static double median(double[] samples) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** By the percentile bootstrap (Efron), with a fixed seed: the same samples give the same interval. */
    static Interval interval(double[] samples) {
        Random random = new Random(SEED);
        double[] medians = new double[RESAMPLES];
        double[] resample = new double[samples.length];
        for (int i = 0; i < RESAMPLES; i++) {
            for (int j = 0; j < resample.length; j++) {
                resample[j] = samples[random.nextInt(samples.length)];
            }
            medians[i] = median(resample);
        }
        Arrays.sort(medians);
        return new Interval(
                median(samples), medians[(int) (RESAMPLES * 0.025)], medians[(int) (RESAMPLES * 0.975) - 1]);
    }
}
