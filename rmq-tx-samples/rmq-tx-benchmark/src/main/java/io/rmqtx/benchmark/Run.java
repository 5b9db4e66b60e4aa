package io.rmqtx.benchmark;

/**
 * The figures of one measured run.
 *
 * @param contender whose
 * @param threads how many callers
 * @param round in which round
 * @param calls how many calls succeeded
 * @param delivered how many messages consumers can see for them
 * @param callsPerSecond calls by the time from the first one's start to the last one's end
 * @param p50Millis half of the calls took at most so long
 * @param p99Millis 99 % of the calls took at most so long
 * @param cpuPer1000 processor seconds per 1000 calls, until everything was delivered and marked
 * @param othersShare the part of the machine's processors that others used meanwhile
 */
record Run(
        String contender,
        int threads,
        int round,
        long calls,
        long delivered,
        double callsPerSecond,
        double p50Millis,
        double p99Millis,
        Cpu cpuPer1000,
        double othersShare) {

    static Run of(
            String contender, int threads, int round, LoadResult load, long delivered, Cpu used, double wallSeconds) {
        double thousands = load.calls() / 1000.0;
        int processors = Runtime.getRuntime().availableProcessors();
        return new Run(
                contender,
                threads,
                round,
                load.calls(),
                delivered,
                load.callsPerSecond(),
                load.p50Nanos() / 1e6,
                load.p99Nanos() / 1e6,
                new Cpu(
                        used.program() / thousands,
                        used.database() / thousands,
                        used.broker() / thousands,
                        used.others() / thousands),
                used.others() / (wallSeconds * processors));
    }
}
