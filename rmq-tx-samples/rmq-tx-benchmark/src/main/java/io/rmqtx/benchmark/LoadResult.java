package io.rmqtx.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What one run of calls yielded.
 *
 * @param calls how many calls succeeded
 * @param nanos from the start of the first to the end of the last
 * @param p50Nanos half of what was timed, the calls or their messages' way, took at most so long
 * @param p99Nanos 99 % of it took at most so long
 */
record LoadResult(long calls, long nanos, long p50Nanos, long p99Nanos) {

    static LoadResult of(long nanos, List<long[]> latencies) {
        long[] all = latencies.stream().flatMapToLong(LongStream::of).toArray();
        Arrays.sort(all);
        return new LoadResult(all.length, nanos, percentile(all, 50), percentile(all, 99));
    }

    /** By nearest rank. */
    private static long percentile(long[] sorted, int percent) {
        int rank = (int) Math.ceil(sorted.length * percent / 100.0);
        return sorted[Math.max(0, rank - 1)];
    }

    double callsPerSecond() {
        return calls * 1e9 / nanos;
    }
}
