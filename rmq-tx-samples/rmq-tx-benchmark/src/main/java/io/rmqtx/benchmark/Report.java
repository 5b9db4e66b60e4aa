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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came out.
 *
 * @param machine on what
 * @param settings how it was measured
 * @param runs every measured run
 * @param comparisons each contender but the first by the first, or the last one by each of the others
 */
record Report(Map<String, String> machine, Map<String, String> settings, List<Run> runs, List<Comparison> comparisons) {

    private static final int NAME = 26;

    static Report of(Map<String, String> machine, Options options, List<Run> runs) {
        List<Comparison> comparisons = new ArrayList<>();
        for (String table : runs.stream().map(Run::table).distinct().toList()) {
            for (Comparison.Pair pair : options.mode().pairs(options.contenders())) {
                comparisons.add(Comparison.of(
                        of(runs, pair.contender().name(), table),
                        of(runs, pair.reference().name(), table)));
            }
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("mode", options.mode().toString());
        settings.put("rounds", Integer.toString(options.rounds()));
        if (options.mode() == Mode.DRAIN) {
            settings.put("history", Integer.toString(options.history()));
        } else {
            settings.put("warmUp", options.warmUp().toString());
            settings.put("measured", options.measured().toString());
        }
        settings.put("bytes", Integer.toString(options.bytes()));
        return new Report(machine, settings, runs, comparisons);
    }

    private static List<Run> of(List<Run> runs, String contender, String table) {
        return runs.stream()
                .filter(run -> run.contender().equals(contender) && run.table().equals(table))
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
        runs.stream().map(Run::table).distinct().forEach(table -> print(table, out));
    }

    private void print(String table, PrintStream out) {
        out.println();
        out.println(table + " (medians of the rounds; CPU: seconds per 1000)");
        List<Figure> figures = runs.stream()
                .flatMap(run -> run.figures().keySet().stream())
                .distinct()
                .sorted()
                .toList();
        StringBuilder header = new StringBuilder(pad(""));
        figures.forEach(figure -> header.append(String.format("%" + width(figure) + "s", figure.title())));
        out.println(header + "  calls = delivered");
        runs.stream()
                .map(Run::contender)
                .distinct()
                .forEach(contender -> print(of(runs, contender, table), figures, out));
        for (Comparison comparison : comparisons) {
            if (comparison.table().equals(table)) {
                print(comparison, out);
            }
        }
    }

    private static void print(List<Run> runs, List<Figure> figures, PrintStream out) {
        StringBuilder line = new StringBuilder(pad(runs.get(0).contender()));
        for (Figure figure : figures) {
            double median = Statistics.median(
                    runs.stream().mapToDouble(run -> run.figure(figure)).toArray());
            line.append(String.format(Locale.ROOT, "%" + width(figure) + "." + figure.decimals() + "f", median));
        }
        long calls = runs.stream().mapToLong(Run::calls).sum();
        long delivered = runs.stream().mapToLong(Run::delivered).sum();
        out.println(line + String.format(Locale.ROOT, "%9d %9d", calls, delivered));
    }

    private static void print(Comparison comparison, PrintStream out) {
        out.println("  " + comparison.contender() + " / " + comparison.reference() + ", median of the rounds' ratios"
                + " [95 % interval]:");
        comparison
                .ratios()
                .forEach((figure, ratio) -> out.println("    " + pad(figure.title())
                        + String.format(Locale.ROOT, "%6.3f [%.3f, %.3f]", ratio.median(), ratio.low(), ratio.high())));
    }

    private static int width(Figure figure) {
        return Math.max(8, figure.title().length()) + 2;
    }

    private static String pad(String text) {
        return String.format(Locale.ROOT, "%-" + NAME + "s", text);
    }
}
