package io.rmqtx.benchmark.annotation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link AnnotationCost}. */
public final class AnnotationCostRunner {

    private AnnotationCostRunner() {}

    /** Prints time and garbage of a call, and writes them as JSON. */
    public static void run(Path output) throws IOException, RunnerException {
        Path directory = output.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        new Runner(new OptionsBuilder()
                        .include(AnnotationCost.class.getName() + ".*")
                        .addProfiler(GCProfiler.class)
                        .jvmArgs("-Xmx512m")
                        .resultFormat(ResultFormatType.JSON)
                        .result(output.toString())
                        .build())
                .run();
    }
}
