package io.rmqtx.weaving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestApp;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.aspectj.weaver.loadtime.Agent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Calls within a bean, private and final methods, in a process with AspectJ's agent and in one without. */
class LoadTimeWeavingTest {

    private static final String AGENT = "-javaagent:" + jarOf(Agent.class);
    private static final String CONFIGURATION = "-Dorg.aspectj.weaver.loadtime.configuration=";
    private static final String ASPECTS = CONFIGURATION + "META-INF/rmq-tx-aop.xml";
    private static final String OTHERS = "META-INF/stopwatch-aop.xml";

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private final String topic = TestApp.uniqueName("WOVEN");
    private final List<String> programArguments = new ArrayList<>();

    @TempDir
    Path directory;

    @Test
    void everyCallIsInterceptedExactlyOnceWhicheverWayItCame() throws Exception {
        assertEachCallIsInterceptedOnce(run(AGENT, ASPECTS));
    }

    @Test
    void otherAspectsRoundTheSameMethodsDoNotMatter() throws Exception {
        String output = run(AGENT, ASPECTS + ";" + OTHERS);

        assertThat(output).contains("TIME place");
        assertEachCallIsInterceptedOnce(output);
    }

    private void assertEachCallIsInterceptedOnce(String output) {
        assertThat(output)
                .contains("ALL CALLED")
                .contains("CALL bean: 1 orders, 1 rows, 1 halves")
                .contains("CALL self: 1 orders, 1 rows, 1 halves")
                .contains("CALL self-fails: 0 orders, 0 rows, 1 halves business says no")
                .contains("CALL private: 1 orders, 1 rows, 1 halves")
                .contains("CALL two: 1 orders, 2 rows, 2 halves")
                .as("what joined goes with the outer transaction, what is apart does not")
                .contains("CALL outer-fails: 1 orders, 1 rows, 1 halves business says no")
                .contains("CALL recursive-1,recursive-2,recursive-3: 3 orders, 3 rows, 3 halves")
                .contains("CALL final: 1 orders, 1 rows, 1 halves")
                .as("what is called by super is part of the overriding method's call")
                .contains("CALL override: 1 orders, 1 rows, 1 halves")
                .contains("CALL self-override: 1 orders, 1 rows, 1 halves")
                .contains("CALL inheriting-override: 1 orders, 2 rows, 2 halves")
                .contains("CALL super: 1 orders, 1 rows, 1 halves");
        await().until(() -> ROCKET_MQ.get().messages(topic).size() == 15);
    }

    @Test
    void wovenCallsAreLeftAloneWhereRmqTxIsSwitchedOff() throws Exception {
        programArguments.add("--rmq-tx.enabled=false");

        assertThat(run(AGENT, ASPECTS))
                .contains("ALL CALLED")
                .contains("CALL bean: 1 orders, 0 rows, 0 halves")
                .contains("CALL self: 1 orders, 0 rows, 0 halves")
                .contains("CALL private: 1 orders, 0 rows, 0 halves")
                .contains("CALL final: 1 orders, 0 rows, 0 halves");
    }

    @Test
    void whatOnlyOtherAspectsAreWovenIntoIsRefused() throws Exception {
        assertThat(run(AGENT, CONFIGURATION + OTHERS))
                .contains("APPLICATION FAILED TO START")
                .contains("load-time weaving");
    }

    @Test
    void withoutTheAgentTheStartIsRefused() throws Exception {
        assertThat(run()).contains("APPLICATION FAILED TO START").contains("load-time weaving");
    }

    @Test
    void anAgentThatIsNotToldOfTheAspectChangesNothing() throws Exception {
        assertThat(run(AGENT)).contains("APPLICATION FAILED TO START").contains("load-time weaving");
    }

    private String run(String... jvmOptions) throws IOException, InterruptedException {
        ROCKET_MQ.get().createTopic(topic, 4);
        Path output = directory.resolve("output.txt");
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-Duser.home=" + directory, // where the client writes its log
                "-cp",
                classPath(),
                WovenMain.class.getName(),
                "--rmq-tx.name-server=" + ROCKET_MQ.nameServerAddress(),
                "--rmq-tx.schema.initialize=always",
                "--spring.application.name=woven",
                "--orders.topic=" + topic));
        command.addAll(programArguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
            return Files.readString(output);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String classPath() throws IOException {
        return String.join(
                File.pathSeparator,
                "target/classes",
                "target/test-classes",
                jarOf(org.h2.Driver.class),
                jarOf(Agent.class),
                Files.readString(Path.of("target", "runtime-class-path.txt")).trim());
    }

    private static String jarOf(Class<?> type) {
        return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath()).getPath();
    }
}
