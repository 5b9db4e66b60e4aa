package io.rmqtx.benchmark;

import io.rmqtx.benchmark.annotation.AnnotationCostRunner;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.RunnerException;

/** Runs the benchmark, prints its tables, and writes them as JSON. */
final class BenchmarkMain {

    private static final PrintStream OUT = System.out;

    private BenchmarkMain() {}

    /** Exit code 0: measured; 1: failed; 2: wrong arguments. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String[] args) {
        // Maven hands over one argument, which may be empty or hold several.
        List<String> arguments = Arrays.stream(args)
                .flatMap(argument -> Stream.of(argument.trim().split("\\s+")))
                .filter(argument -> !argument.isEmpty())
                .toList();
        if (arguments.equals(List.of("annotation"))) {
            return annotation();
        }
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            OUT.println(e.getMessage());
            OUT.println("The word annotation alone: the cost of the annotation without any input or output.");
            OUT.println(Options.USAGE);
            return 2;
        }
        try (Servers servers = Servers.start(Path.of("target", "benchmark"))) {
            Report report = new Benchmark(options, servers, OUT).run();
            report.print(OUT);
            report.write(options.output());
            OUT.println();
            OUT.println("Written to " + options.output().toAbsolutePath());
            return 0;
        } catch (Exception e) {
            e.printStackTrace(OUT);
            return 1;
        }
    }

    private static int annotation() {
        try {
            AnnotationCostRunner.run(Path.of("target", "annotation.json"));
            return 0;
        } catch (IOException | RunnerException e) {
            e.printStackTrace(OUT);
            return 1;
        }
    }
}
