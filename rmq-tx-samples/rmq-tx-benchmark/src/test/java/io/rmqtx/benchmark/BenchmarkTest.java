package io.rmqtx.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of some hundred messages: prove that each measure runs, and that the counting notices what is missing. */
class BenchmarkTest {

    private static Servers servers;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws IOException {
        servers = Servers.start(Path.of("target", "benchmark-test"));
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    @Tag("full")
    void measuresCallsThatSendTransactionalMessages() throws Exception {
        Report report = run();
        assertInterleaved(report, "hand-written", "hand-written-acknowledged", "hand-written-in-full", "rmq-tx");
        for (Run run : report.runs()) {
            assertPositive(run, Figure.CALLS, Figure.DELIVERED);
            assertTrue(run.figure(Figure.P50) > 0 && run.figure(Figure.P50) <= run.figure(Figure.P99), run.toString());
            assertTrue(!(run.figure(Figure.CPU) <= 0), run.toString()); // not a number where it is not told
        }
        assertEquals(3, report.comparisons().size());
        assertEquals("hand-written", report.comparisons().get(2).reference());

        Path file = directory.resolve("benchmark.json");
        report.write(file);
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        assertEquals(8, json.get("runs").size());
        JsonNode ratios = json.get("comparisons").get(0).get("ratios");
        assertTrue(ratios.get("callsPerSecond").get("median").asDouble() > 0, ratios.toString());

        ByteArrayOutputStream table = new ByteArrayOutputStream();
        report.print(new PrintStream(table, true, StandardCharsets.UTF_8));
        assertTrue(table.toString(StandardCharsets.UTF_8).contains("rmq-tx / hand-written"));
    }

    @Test
    @Tag("full")
    void measuresCallsAndDeliveriesOfOutboxes() throws Exception {
        Report report = run("--mode=outbox", "--contenders=unsafe,rmq-tx-outbox");
        assertInterleaved(report, "unsafe", "rmq-tx-outbox");
        report.runs().forEach(run -> assertPositive(run, Figure.CALLS, Figure.DELIVERED));
        report.comparisons()
                .forEach(comparison ->
                        assertTrue(comparison.ratios().get(Figure.DELIVERED).median() > 0));
    }

    @Test
    @Tag("full")
    void measuresHowFastABacklogIsDelivered() throws Exception {
        Report report = run("--mode=drain", "--backlog=300", "--history=500", "--rounds=1");
        assertInterleaved(
                report, "bare-single", "bare-batched", "transaction-outbox", "rmq-tx-outbox", "rmq-tx-outbox-4");
        for (Run run : report.runs()) {
            assertPositive(run, Figure.DELIVERED);
            assertEquals(300, run.delivered());
        }
    }

    @Test
    @Tag("full")
    void measuresTheTimeFromCommitToConsumer() throws Exception {
        Report report = run("--mode=latency", "--rate=100", "--contenders=transaction-outbox,rmq-tx-outbox");
        assertInterleaved(report, "transaction-outbox", "rmq-tx-outbox");
        for (Run run : report.runs()) {
            assertEquals(20, run.calls());
            assertTrue(run.figure(Figure.P50) > 0 && run.figure(Figure.P50) <= run.figure(Figure.P99), run.toString());
        }
    }

    @Test
    void refusesToReportWhatIsIncomplete() {
        Options options = options("--settle=3").with(List.of(new ContenderSpec("forgetful", ForgetfulContender.class)));
        Benchmark wrong = new Benchmark(options, servers, System.out);
        MiscountException missing = assertThrows(MiscountException.class, wrong::run);
        assertTrue(missing.getMessage().contains("'forgetful'"), missing.getMessage());
    }

    private static Report run(String... more) throws Exception {
        Report report = new Benchmark(options(more), servers, System.out).run();
        report.print(System.out);
        return report;
    }

    private static Options options(String... more) {
        Stream<String> small = Stream.of(
                "--threads=2",
                "--rounds=2",
                "--first=0.2",
                "--warm-up=0.2",
                "--seconds=0.2",
                "--jvm=-XX:TieredStopAtLevel=1,-XX:+UseSerialGC");
        return Options.parse(Stream.concat(small, Stream.of(more)).toList());
    }

    /** The contenders, and then, if there are two rounds, the same in the other order; each call was delivered once. */
    private static void assertInterleaved(Report report, String... contenders) {
        List<String> there = Arrays.asList(contenders);
        List<String> expected = new ArrayList<>(there);
        if (report.settings().get("rounds").equals("2")) {
            Collections.reverse(there);
            expected.addAll(there);
        }
        assertEquals(expected, report.runs().stream().map(Run::contender).toList());
        for (Run run : report.runs()) {
            assertTrue(run.calls() > 0, run.toString());
            assertEquals(run.calls(), run.delivered());
        }
    }

    private static void assertPositive(Run run, Figure... figures) {
        for (Figure figure : figures) {
            assertTrue(run.figure(figure) > 0, run.toString());
        }
    }
}
