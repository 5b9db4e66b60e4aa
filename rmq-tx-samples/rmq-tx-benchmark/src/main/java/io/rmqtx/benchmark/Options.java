package io.rmqtx.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is measured.
 *
 * @param contenders who takes part; the first one is what the others are compared with
 * @param threads the numbers of calling threads, one table each
 * @param rounds how many rounds each contender runs at each number of threads
 * @param first the very first warm-up of each contender at each number of threads
 * @param warmUp the warm-up before each measured run
 * @param measured the length of a measured run
 * @param settle how long to wait after a run until all is delivered and marked
 * @param bytes the size of a message's body
 * @param output the JSON file
 * @param record where each contender writes a flight recording; null for none
 */
record Options(
        List<ContenderSpec> contenders,
        List<Integer> threads,
        int rounds,
        Duration first,
        Duration warmUp,
        Duration measured,
        Duration settle,
        int bytes,
        Path output,
        @Nullable Path record) {

    static final String USAGE = """
            Options, all with a value behind an equals sign:
              --contenders=NAMES     default all; the first is what the others are compared with
              --threads=NUMBERS      default 1,8,32
              --rounds=NUMBER        measured runs of each contender at each number of threads; default 12
              --first=SECONDS        the first warm-up of each contender at each number of threads; default 6
              --warm-up=SECONDS      before each measured run, thrown away; default 0.7
              --seconds=SECONDS      length of a measured run; default 2.5
              --bytes=NUMBER         size of a message's body; default 1024
              --output=FILE          default target/benchmark.json
              --record=DIRECTORY     also writes a flight recording of each contender there, and disturbs the figures""";

    /** The defaults. */
    static Options defaults() {
        return new Options(
                ContenderSpec.ALL,
                List.of(1, 8, 32),
                12,
                Duration.ofSeconds(6),
                Duration.ofMillis(700),
                Duration.ofMillis(2500),
                Duration.ofSeconds(60),
                1024,
                Path.of("target", "benchmark.json"),
                null);
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException if an option is unknown or has no legal value
     */
    static Options parse(List<String> arguments) {
        Options options = defaults();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("'" + argument + "' is not of the form --name=value.");
            }
            options = options.with(argument.substring(0, equals), argument.substring(equals + 1));
        }
        return options;
    }

    private Options with(String name, String value) {
        List<ContenderSpec> contenders = this.contenders;
        List<Integer> threads = this.threads;
        int rounds = this.rounds;
        Duration first = this.first;
        Duration warmUp = this.warmUp;
        Duration measured = this.measured;
        int bytes = this.bytes;
        Path output = this.output;
        Path record = this.record;
        switch (name) {
            case "--contenders" ->
                contenders = parts(value).stream().map(ContenderSpec::named).toList();
            case "--threads" ->
                threads =
                        parts(value).stream().map(part -> positive(name, part)).toList();
            case "--rounds" -> rounds = positive(name, value);
            case "--first" -> first = seconds(name, value);
            case "--warm-up" -> warmUp = seconds(name, value);
            case "--seconds" -> measured = seconds(name, value);
            case "--bytes" -> bytes = positive(name, value);
            case "--output" -> output = Path.of(value);
            case "--record" -> record = Path.of(value);
            default -> throw new IllegalArgumentException("There is no option " + name + ".");
        }
        return new Options(contenders, threads, rounds, first, warmUp, measured, settle, bytes, output, record);
    }

    private static List<String> parts(String list) {
        return new ArrayList<>(Arrays.asList(list.split(",", -1)));
    }

    private static int positive(String name, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " needs whole numbers but got '" + value + "'.", e);
        }
        throw new IllegalArgumentException(name + " needs positive numbers but got '" + value + "'.");
    }

    private static Duration seconds(String name, String value) {
        try {
            double seconds = Double.parseDouble(value);
            if (seconds > 0 && seconds < 3600) {
                return Duration.ofMillis(Math.round(seconds * 1000));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " needs seconds but got '" + value + "'.", e);
        }
        throw new IllegalArgumentException(name + " needs seconds between 0 and 3600 but got '" + value + "'.");
    }
}
