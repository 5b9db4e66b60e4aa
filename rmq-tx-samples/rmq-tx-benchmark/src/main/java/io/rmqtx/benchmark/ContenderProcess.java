package io.rmqtx.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.rmqtx.benchmark.contender.Setup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A contender in its own process, seen from outside. */
final class ContenderProcess implements AutoCloseable {

    private final ContenderSpec spec;
    private final String topic;
    private final Process process;
    private final BufferedReader answers;
    private final Writer orders;
    private final ObjectMapper json = new ObjectMapper();

    private ContenderProcess(ContenderSpec spec, String topic, Process process) {
        this.spec = spec;
        this.topic = topic;
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Starts it; it is {@link #awaitReady() ready} later. */
    static ContenderProcess start(ContenderSpec spec, Setup setup, int bytes, Path logs, @Nullable Path recordings) {
        List<String> jvm = recordings == null
                ? List.of()
                : List.of(
                        "-Xlog:jfr+startup=off", // which would stand among the answers
                        "-XX:StartFlightRecording:settings=profile,filename="
                                + recordings.resolve(spec.name() + ".jfr"));
        Process process = Jvm.start(
                jvm,
                ContenderMain.class,
                List.of(
                        spec.type().getName(),
                        setup.name(),
                        setup.jdbcUrl(),
                        setup.nameServer(),
                        setup.topic(),
                        Integer.toString(setup.connections()),
                        Integer.toString(bytes)),
                logs.resolve(spec.name() + ".log"));
        return new ContenderProcess(spec, setup.topic(), process);
    }

    String name() {
        return spec.name();
    }

    String topic() {
        return topic;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    void awaitReady() {
        answer(String.class);
    }

    LoadResult run(int threads, Duration length) {
        order("run " + threads + " " + length.toMillis());
        return answer(LoadResult.class);
    }

    boolean isSettled() {
        order("settled");
        return answer(Boolean.class);
    }

    void clear() {
        order("clear");
        answer(Boolean.class);
    }

    private void order(String order) {
        try {
            orders.write(order + "\n");
            orders.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Contender '" + name() + "' has ended; see its log", e);
        }
    }

    private <T> T answer(Class<T> type) {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException("Contender '" + name() + "' has ended; see its log");
            }
            return json.readValue(line, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            orders.close();
        } catch (IOException e) {
            process.destroy(); // it cannot be told
        }
        Jvm.awaitEnd(process);
    }
}
