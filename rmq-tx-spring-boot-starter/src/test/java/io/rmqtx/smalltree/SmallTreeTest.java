package io.rmqtx.smalltree;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestApp;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The trimmed tree is enough to send, to be checked back, and to consume: in a process that has nothing else. */
class SmallTreeTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Test
    void aProcessWithTheStarterAloneSendsIsCheckedAndConsumes(@TempDir Path directory) throws Exception {
        String topic = TestApp.uniqueName("SMALL");
        ROCKET_MQ.get().createTopic(topic, 4);
        ROCKET_MQ.get().createConsumerGroup(topic + "-group");
        ROCKET_MQ.get().faults().dropEndTransaction(1); // so that one of the two takes the check-back
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        classPath(),
                        "-Duser.home=" + directory, // where the client writes its log
                        "-Drocketmq.client.rebalance.waitInterval=1000",
                        "-Drocketmq.client.rebalance.minInterval=100",
                        SmallTreeMain.class.getName(),
                        "--rmq-tx.name-server=" + ROCKET_MQ.nameServerAddress(),
                        "--rmq-tx.client.route-refresh=1s",
                        "--rmq-tx.client.heartbeat=1s",
                        "--spring.application.name=small-tree",
                        "--small.topic=" + topic))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(Files.readString(output)).contains("ALL CONSUMED").doesNotContain("NoClassDefFoundError");
            assertThat(process.exitValue()).isZero();
            assertThat(ROCKET_MQ.get().faults().seenChecks()).isPositive();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String classPath() throws IOException {
        String driver = jarOf(org.h2.Driver.class);
        return String.join(
                File.pathSeparator,
                "target/classes",
                "target/test-classes",
                driver,
                Files.readString(Path.of("target", "runtime-class-path.txt")).trim());
    }

    private static String jarOf(Class<?> type) {
        return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath()).getPath();
    }
}
