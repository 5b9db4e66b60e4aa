package io.rmqtx.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only shows in a JVM of its own, started without any flags for RocketMQ. */
@Timeout(60)
class SeparateProcessTest {

    @TempDir
    Path home;

    @Test
    void theMainProgramRunsUntilItIsTerminated() throws Exception {
        int nameServer = Ports.freeNameServerPort();
        int broker = Ports.freeBrokerPort(new HashSet<>());
        Process process = java(
                EmbeddedRocketMqMain.class,
                "--name-server-port=" + nameServer,
                "--broker-port=" + broker,
                "--directory=" + home.resolve("data"));
        try (BufferedReader out = reader(process)) {
            String line =
                    out.lines().filter(SeparateProcessTest::isOurs).findFirst().orElse(null);
            assertTrue(line != null && line.contains("127.0.0.1:" + nameServer), line);
            assertTrue(process.isAlive());
            process.toHandle().destroy(); // SIGTERM; Process.destroy() would close the stream as well
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), "did not stop");
            assertEquals(
                    List.of(), out.lines().filter(SeparateProcessTest::isOurs).toList());
        } finally {
            process.destroyForcibly();
        }
        assertTrue(Files.exists(home.resolve("data/store/commitlog")));
        assertFalse(Files.exists(home.resolve("data/store/abort")), "not stopped cleanly");
        assertHomeIsClean();
    }

    @Test
    void wrongOptionsAreExplained() throws Exception {
        for (String wrong : List.of("--name-server-port=x", "--broker-port=99", "--directory", "--what=ever")) {
            Process process = java(EmbeddedRocketMqMain.class, wrong);
            try (BufferedReader out = reader(process)) {
                String text = String.join("\n", out.lines().toList());
                assertTrue(process.waitFor(20, TimeUnit.SECONDS));
                assertEquals(2, process.exitValue(), text);
                assertTrue(text.contains("--name-server-port=PORT"), text);
            }
        }
    }

    /** Starts, uses, kills and closes an instance, and returns from main: nothing may keep the JVM alive. */
    public static final class UsesAndCloses {

        private UsesAndCloses() {}

        public static void main(String[] args) throws Exception {
            try (EmbeddedRocketMq rocketMq =
                            EmbeddedRocketMq.builder().timerMessages().start();
                    Clients clients = new Clients(rocketMq)) {
                clients.producer().send(Clients.message("topic", "one"));
                rocketMq.restartBroker(); // which flushes
                rocketMq.killBroker();
                rocketMq.startBroker();
                clients.producer().send(Clients.message("topic", "two"));
                System.out.println("stored " + rocketMq.count("topic"));
            }
        }
    }

    @Test
    void theJvmExitsAfterClose() throws Exception {
        Process process = java(UsesAndCloses.class);
        try (BufferedReader out = reader(process)) {
            List<String> lines = out.lines().filter(SeparateProcessTest::isOurs).toList();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), "the JVM did not exit");
            assertEquals(0, process.exitValue());
            assertEquals(List.of("stored 2"), lines);
        } finally {
            process.destroyForcibly();
        }
        assertHomeIsClean();
    }

    /** Newer JDKs warn of the native access of Netty and RocksDB. */
    private static boolean isOurs(String line) {
        return !line.startsWith("WARNING: ") && !line.isBlank();
    }

    private void assertHomeIsClean() throws Exception {
        try (Stream<Path> files = Files.list(home)) {
            assertEquals(List.of(), files.filter(file -> !file.endsWith("data")).toList());
        }
    }

    private Process java(Class<?> main, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
}
