package io.rmqtx.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.rmqtx.benchmark.Statistics.Interval;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    @Test
    void theMedianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
        assertEquals(2, Statistics.median(new double[] {3, 1, 2}));
        assertEquals(2.5, Statistics.median(new double[] {4, 1, 3, 2}));
    }

    @Test
    void nothingIsUncertainWhereAllSamplesAgree() {
        assertEquals(new Interval(0.9, 0.9, 0.9), Statistics.interval(new double[] {0.9, 0.9, 0.9}));
    }

    /** Of 80 intervals 76 should hold the true median; a binomial with that mean is above 66 nearly always. */
    @Test
    void theIntervalHoldsTheTrueMedianAboutAsOftenAsItSays() {
        Random random = new Random(7);
        int held = 0;
        for (int i = 0; i < 80; i++) {
            double[] samples = random.doubles(15).toArray();
            Interval interval = Statistics.interval(samples);
            if (interval.low() <= 0.5 && 0.5 <= interval.high()) {
                held++;
            }
        }
        assertTrue(held > 66 && held < 80, held + " of 80");
    }

    @Test
    void percentilesAreThoseOfAllCallersTogether() {
        long[] first = LongStream.rangeClosed(1, 50).toArray();
        long[] second = LongStream.rangeClosed(51, 100).toArray();
        LoadResult result = LoadResult.of(2_000_000_000L, List.of(second, first));
        assertEquals(new LoadResult(100, 2_000_000_000L, 50, 99), result);
        assertEquals(50.0, result.callsPerSecond());
    }
}
