package io.rmqtx.benchmark;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What came out.
 *
 * @param machine on what
 * @param settings how it was measured
 * @param runs every measured run
 * @param comparisons each contender but the first by the first
 */
record Report(Map<String, String> machine, Map<String, String> settings, List<Run> runs, List<Comparison> comparisons) {

    private static final int NAME = 18;

    static Report of(Map<String, String> machine, Options options, List<Run> runs) {
        List<Comparison> comparisons = new ArrayList<>();
        String reference = options.contenders().get(0).name();
        for (int threads : options.threads()) {
            for (ContenderSpec spec :
                    options.contenders().subList(1, options.contenders().size())) {
                comparisons.add(Comparison.of(of(runs, spec.name(), threads), of(runs, reference, threads)));
            }
        }
        Map<String, String> settings = Map.of(
                "rounds", Integer.toString(options.rounds()),
                "warmUp", options.warmUp().toString(),
                "measured", options.measured().toString(),
                "bytes", Integer.toString(options.bytes()));
        return new Report(machine, settings, runs, comparisons);
    }

    private static List<Run> of(List<Run> runs, String contender, int threads) {
        return runs.stream()
                .filter(run -> run.contender().equals(contender) && run.threads() == threads)
                .toList();
    }

    void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .visibility(PropertyAccessor.FIELD, Visibility.ANY)
                .build()
                .writeValue(file.toFile(), this);
    }

    void print(PrintStream out) {
        out.println();
        machine.forEach((what, value) -> out.println(pad(what) + value));
        settings.forEach((what, value) -> out.println(pad(what) + value));
        runs.stream().map(Run::threads).distinct().forEach(threads -> print(threads, out));
    }

    private void print(int threads, PrintStream out) {
        out.println();
        out.println(threads + (threads == 1 ? " thread" : " threads") + " (medians of the rounds)");
        out.println(pad("") + "   calls/s   p50 ms   p99 ms   CPU s per 1000: program database   broker      sum"
                + "     calls = delivered   others' CPU");
        runs.stream().map(Run::contender).distinct().forEach(contender -> print(of(runs, contender, threads), out));
        for (Comparison comparison : comparisons) {
            if (comparison.threads() == threads) {
                print(comparison, out);
            }
        }
    }

    private static void print(List<Run> runs, PrintStream out) {
        out.println(pad(runs.get(0).contender())
                + String.format(
                        Locale.ROOT,
                        "%10.0f %8.2f %8.2f %24.3f %8.3f %8.3f %8.3f %9d %11d %12.0f %%",
                        median(runs, Run::callsPerSecond),
                        median(runs, Run::p50Millis),
                        median(runs, Run::p99Millis),
                        median(runs, run -> run.cpuPer1000().program()),
                        median(runs, run -> run.cpuPer1000().database()),
                        median(runs, run -> run.cpuPer1000().broker()),
                        median(runs, run -> run.cpuPer1000().sum()),
                        runs.stream().mapToLong(Run::calls).sum(),
                        runs.stream().mapToLong(Run::delivered).sum(),
                        100 * median(runs, Run::othersShare)));
    }

    private static void print(Comparison comparison, PrintStream out) {
        out.println("  " + comparison.contender() + " / " + comparison.reference() + ", median of the rounds' ratios"
                + " [95 % interval]:");
        print("calls/s", comparison.callsPerSecond(), out);
        print("p50", comparison.p50(), out);
        print("p99", comparison.p99(), out);
        print("CPU", comparison.cpu(), out);
        print("CPU program", comparison.cpuOfProgram(), out);
        print("CPU database", comparison.cpuOfDatabase(), out);
        print("CPU broker", comparison.cpuOfBroker(), out);
    }

    private static void print(String what, Statistics.Interval ratio, PrintStream out) {
        out.println("    " + pad(what)
                + String.format(Locale.ROOT, "%6.3f [%.3f, %.3f]", ratio.median(), ratio.low(), ratio.high()));
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        return Statistics.median(runs.stream().mapToDouble(figure).toArray());
    }

    private static String pad(String text) {
        return String.format(Locale.ROOT, "%-" + NAME + "s", text);
    }
}
