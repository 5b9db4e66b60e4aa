package io.rmqtx.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is measured.
 *
 * @param mode what is measured
 * @param contenders who takes part, in the order of the first round
 * @param threads the numbers of calling threads, one table each
 * @param rounds how many rounds each contender runs for each table
 * @param first the very first warm-up of each contender for each table
 * @param warmUp the warm-up before each measured run
 * @param measured the length of a measured run
 * @param settle how long to wait after a run for the next message to appear, and for the marks
 * @param bytes the size of a message's body
 * @param rate calls per second where the rate is fixed
 * @param backlog how many messages a backlog is
 * @param history how many rows of delivered messages lie beside it
 * @param jvm more flags for the contenders' JVMs
 * @param output the JSON file
 * @param record where each contender writes a flight recording; null for none
 */
record Options(
        Mode mode,
        List<ContenderSpec> contenders,
        List<Integer> threads,
        int rounds,
        Duration first,
        Duration warmUp,
        Duration measured,
        Duration settle,
        int bytes,
        int rate,
        int backlog,
        int history,
        List<String> jvm,
        Path output,
        @Nullable Path record) {

    static final String USAGE = """
            Options, all with a value behind an equals sign:
              --mode=MODE            transactional (default), outbox, drain or latency
              --contenders=NAMES     default all of the mode; of transactional ones the first is what the others are
                                     compared with, else the last is what is compared with each of the others
              --threads=NUMBERS      default 1,8,32; the largest is also the size of the connection pools
              --rounds=NUMBER        measured runs of each contender for each table; default 12, drain 5
              --first=SECONDS        the first warm-up of each contender for each table; default 20
              --warm-up=SECONDS      before each measured run, thrown away; default 0.7
              --seconds=SECONDS      length of a measured run; default 2.5, latency 5
              --settle=SECONDS       how long to wait for the next message after a run; default 60
              --bytes=NUMBER         size of a message's body; default 1024
              --rate=NUMBER          mode latency: calls per second; default 200
              --backlog=NUMBER       mode drain: messages; default 100000
              --history=NUMBER       mode drain: rows of messages that were delivered before; default 0
              --jvm=FLAGS            more flags for the contenders' JVMs; default none
              --output=FILE          default target/benchmark.json, with the mode in its name if it is another one
              --record=DIRECTORY     also writes a flight recording of each contender there, and disturbs the figures""";

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException if an option is unknown or has no legal value
     */
    static Options parse(List<String> commandLine) {
        Arguments given = new Arguments(commandLine);
        Mode mode = Mode.named(given.text("--mode", Mode.TRANSACTIONAL.toString()));
        String output = mode == Mode.TRANSACTIONAL ? "benchmark.json" : "benchmark-" + mode + ".json";
        String record = given.text("--record", "");
        Options options = new Options(
                mode,
                mode.named(given.list("--contenders", mode.contenders())),
                given.numbers("--threads", List.of(1, 8, 32)),
                given.number("--rounds", mode.rounds()),
                given.seconds("--first", Duration.ofSeconds(20)),
                given.seconds("--warm-up", Duration.ofMillis(700)),
                given.seconds("--seconds", mode.measured()),
                given.seconds("--settle", Duration.ofSeconds(60)),
                given.number("--bytes", 1024),
                given.number("--rate", 200),
                given.number("--backlog", 100_000),
                given.numberFrom("--history", 0, 0),
                given.list("--jvm", List.of()),
                Path.of(given.text("--output", Path.of("target", output).toString())),
                record.isEmpty() ? null : Path.of(record));
        given.requireRead();
        return options;
    }

    /** The same with others taking part. */
    Options with(List<ContenderSpec> others) {
        return new Options(
                mode, others, threads, rounds, first, warmUp, measured, settle, bytes, rate, backlog, history, jvm,
                output, record);
    }
}
