package io.rmqtx.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of some hundred calls: proves that the benchmark runs, and that its counting notices what is missing. */
class BenchmarkTest {

    @TempDir
    private Path directory;

    @Test
    void measuresEveryContenderAndNoticesMissingMessages() throws Exception {
        Path json = directory.resolve("benchmark.json");
        try (Servers servers = Servers.start(Path.of("target", "benchmark-test"))) {
            Report report = new Benchmark(options(ContenderSpec.ALL, json), servers, System.out).run();
            report.write(json);
            assertComplete(report, new ObjectMapper().readTree(json.toFile()));

            List<ContenderSpec> forgetful = List.of(new ContenderSpec("forgetful", ForgetfulContender.class));
            Benchmark wrong = new Benchmark(options(forgetful, json), servers, System.out);
            MiscountException missing = assertThrows(MiscountException.class, wrong::run);
            assertTrue(missing.getMessage().contains("'forgetful'"), missing.getMessage());
        }
    }

    private static Options options(List<ContenderSpec> contenders, Path json) {
        Options usual = Options.defaults();
        Duration blink = Duration.ofMillis(200);
        return new Options(
                contenders, List.of(2), 2, blink, blink, blink, Duration.ofSeconds(3), usual.bytes(), json, null);
    }

    private static void assertComplete(Report report, JsonNode json) {
        List<String> order = new ArrayList<>();
        for (Run run : report.runs()) {
            order.add(run.round() + " " + run.contender());
            assertTrue(run.calls() > 0, run.toString());
            assertEquals(run.calls(), run.delivered());
            assertTrue(run.p50Millis() > 0 && run.p50Millis() <= run.p99Millis(), run.toString());
            assertTrue(!(run.cpuPer1000().sum() <= 0), run.toString()); // not a number where it is not told
        }
        assertEquals(
                List.of(
                        "1 hand-written",
                        "1 hand-written-acknowledged",
                        "1 hand-written-in-full",
                        "1 rmq-tx",
                        "2 rmq-tx",
                        "2 hand-written-in-full",
                        "2 hand-written-acknowledged",
                        "2 hand-written"),
                order);
        assertEquals(3, report.comparisons().size());
        assertEquals(8, json.get("runs").size());
        assertTrue(json.get("comparisons")
                        .get(0)
                        .get("callsPerSecond")
                        .get("median")
                        .asDouble()
                > 0);

        ByteArrayOutputStream table = new ByteArrayOutputStream();
        report.print(new PrintStream(table, true, StandardCharsets.UTF_8));
        assertTrue(table.toString(StandardCharsets.UTF_8).contains("rmq-tx / hand-written"));
    }
}
