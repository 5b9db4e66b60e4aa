package io.rmqtx.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same tests, from the same class files, on a JDK with virtual threads, where this machine has one. */
class NewerJdkTest {

    private static final String NEWEST = "4.1.";

    private static final List<Class<?>> TESTS =
            List.of(OrderToCartTest.class, StartupTest.class, VirtualThreadsTest.class);

    @Test
    void theSampleRunsOnANewerJdk(@TempDir Path directory) throws Exception {
        assumeTrue(
                Boolean.getBoolean("rmqtx.test.full")
                        || System.getProperty("sample.spring-boot.version").startsWith(NEWEST),
                "Only with the newest Spring Boot; with all of them in the full tier");
        Optional<NewerJdk> found = NewerJdk.find();
        assumeTrue(
                found.isPresent(),
                "No JDK of version 21 or later was found, neither beside " + System.getProperty("java.home")
                        + " nor by a variable like JAVA25_HOME: the sample was not run on one.");
        NewerJdk jdk = found.orElseThrow();
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command(jdk, directory))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(10, TimeUnit.MINUTES);
            String text = read(output);
            assertThat(ended).as(text).isTrue();
            assertThat(process.exitValue()).as(text).isZero();
            assertThat(text).containsPattern("Java " + jdk.feature() + ": (\\d+) of \\1 tests succeeded");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path output) throws IOException {
        String text = Files.readString(output);
        return text.length() < 20_000 ? text : text.substring(text.length() - 20_000);
    }

    private static List<String> command(NewerJdk jdk, Path directory) {
        List<String> command = new ArrayList<>(List.of(
                jdk.java().toString(),
                "-Xmx1g",
                "-Dio.netty.noUnsafe=false",
                "-Duser.home=" + directory, // where the client writes its log
                "-Dsample.spring-boot.version=" + System.getProperty("sample.spring-boot.version"),
                "-classpath",
                System.getProperty("java.class.path"),
                TestRun.class.getName()));
        TESTS.forEach(test -> command.add(test.getName()));
        return command;
    }
}
