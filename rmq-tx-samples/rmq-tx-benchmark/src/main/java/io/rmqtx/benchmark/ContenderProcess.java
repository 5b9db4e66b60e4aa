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
import java.util.ArrayList;
import java.util.List;

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
    static ContenderProcess start(ContenderSpec spec, Setup setup, Options options, Path logs) {
        List<String> jvm = new ArrayList<>(options.jvm());
        if (options.mode() == Mode.LATENCY) {
            jvm.add("-Drocketmq.client.rebalance.waitInterval=1000"); // its consumer starts within a second, not 20
        }
        if (options.record() != null) {
            jvm.add("-Xlog:jfr+startup=off"); // which would stand among the answers
            jvm.add("-XX:StartFlightRecording:settings=profile,filename="
                    + options.record().resolve(spec.name() + ".jfr"));
        }
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
                        Integer.toString(setup.bytes())),
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

    /** Calls at a fixed rate; what is timed is the way from the commit to the consumer. */
    LoadResult pace(int rate, Duration length) {
        order("pace " + rate + " " + length.toMillis());
        return answer(LoadResult.class);
    }

    void fill(long messages, long history) {
        order("fill " + messages + " " + history);
        answer(Boolean.class);
    }

    /** Has it deliver; nothing else must be asked until {@link #awaitDelivery()} has returned. */
    void beginDelivery() {
        order("deliver");
    }

    /** Returns when whatever delivers runs. */
    void awaitDelivery() {
        answer(Boolean.class);
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
