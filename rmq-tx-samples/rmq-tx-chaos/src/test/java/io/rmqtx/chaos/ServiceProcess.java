package io.rmqtx.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.chaos.service.CrashPoint;
import io.rmqtx.chaos.service.ServiceMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;

/** A service of the transfer sample in a JVM of its own. */
final class ServiceProcess implements AutoCloseable {

    private static final int HALTED = 77;

    private final String name;
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reader;

    ServiceProcess(
            String name,
            String service,
            Map<String, String> properties,
            Path logs,
            String classPath,
            List<String> sharing) {
        this.name = name;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Dio.netty.noUnsafe=false",
                // The pool looks at each connection that it gives away, also at one that was used a moment ago.
                "-Dcom.zaxxer.hikari.aliveBypassWindowMs=0",
                "-Dspring.backgroundpreinitializer.ignore=true"));
        command.addAll(sharing);
        command.addAll(List.of("-cp", classPath, ServiceMain.class.getName(), service));
        properties.forEach((key, value) -> command.add("--" + key + "=" + value));
        command.add("--logging.threshold.console=OFF");
        command.add("--logging.file.name=" + logs.resolve(name + ".log"));
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            logs.resolve(name + ".err").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reader = new Thread(this::read, "lines of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            out.lines().filter(line -> line.startsWith("@")).forEach(line -> lines.add(line.substring(1)));
        } catch (IOException | UncheckedIOException e) {
            lines.add("GONE " + e);
        }
    }

    /** Waits until the service has started. */
    ServiceProcess ready() {
        awaitLine("READY");
        return this;
    }

    /** Tells the service something, and waits until it has understood. */
    ServiceProcess tell(String command) {
        String answer = "OK " + command.split(" ", 2)[0];
        long before = count(answer);
        try {
            OutputStream in = process.getOutputStream();
            in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw new IllegalStateException(name + " does not listen: " + lines, e);
        }
        await(answer).until(() -> count(answer) > before || !process.isAlive());
        return this;
    }

    /** Dies at this point, next time it comes by. */
    ServiceProcess armHalt(CrashPoint point) {
        return tell("arm " + point + " HALT");
    }

    /** Stops at this point until it is told to go on. */
    ServiceProcess armPause(CrashPoint point) {
        return tell("arm " + point + " PAUSE");
    }

    /** Forgets what it has said so far. */
    ServiceProcess forget() {
        lines.clear();
        return this;
    }

    /** The rest of the first line that begins with these words. */
    String awaitLine(String words) {
        await(words).until(() -> find(words).isPresent() || (!process.isAlive() && !reader.isAlive()));
        return find(words)
                .orElseThrow(() -> new AssertionError(name + " ended without saying '" + words + "': " + lines));
    }

    Optional<String> find(String words) {
        return lines.stream()
                .filter(line -> line.equals(words) || line.startsWith(words + " "))
                .map(line -> line.substring(words.length()).trim())
                .findFirst();
    }

    /** Whether it has said something with these words in it. */
    boolean says(String words) {
        return lines.stream().anyMatch(line -> line.contains(words));
    }

    long count(String words) {
        return lines.stream()
                .filter(line -> line.equals(words) || line.startsWith(words + " "))
                .count();
    }

    /** Waits for the death, and proves that it was by {@code halt}, at this point. */
    void awaitHaltAt(CrashPoint point) {
        await("death at " + point).until(() -> !process.isAlive() && !reader.isAlive());
        assertThat(process.exitValue()).as("exit code of %s: %s", name, lines).isEqualTo(HALTED);
        assertThat(lines).as("%s died at", name).contains("AT " + point);
    }

    /** Waits for the end of the call that was made last: whether it returned. */
    boolean awaitCallEnd(String id) {
        await("end of " + id)
                .until(() ->
                        find("DONE " + id).isPresent() || find("FAILED " + id).isPresent() || !process.isAlive());
        return find("DONE " + id).isPresent();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        await("death").until(() -> !process.isAlive());
    }

    /** SIGTERM. The streams stay open, unlike with {@code Process.destroy}. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Waits for the end, and says with what exit code. */
    int awaitExit(Duration atMost) throws InterruptedException {
        assertThat(process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS))
                .as("%s has ended within %s", name, atMost)
                .isTrue();
        reader.join(Wait.LONG.toMillis());
        return process.exitValue();
    }

    private ConditionFactory await(String what) {
        return Wait.until(name + ": " + what);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return name + lines;
    }
}
