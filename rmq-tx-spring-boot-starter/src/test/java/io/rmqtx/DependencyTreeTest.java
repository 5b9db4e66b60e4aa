package io.rmqtx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a service gets with the starter, beyond Spring Boot's own: small, and nobody adds to it unawares. */
class DependencyTreeTest {

    private static final Set<String> BEYOND_SPRING_BOOT = Set.of(
            "commons-codec",
            "commons-collections",
            "commons-lang3",
            "commons-validator",
            "failureaccess",
            "fastjson2",
            "guava",
            "jackson-annotations",
            "jackson-core",
            "jackson-databind",
            "jackson-datatype-jsr310",
            "jspecify",
            "lz4-java",
            "netty-buffer",
            "netty-codec",
            "netty-codec-http",
            "netty-codec-socks",
            "netty-common",
            "netty-handler",
            "netty-handler-proxy",
            "netty-resolver",
            "netty-transport",
            "netty-transport-native-unix-common",
            "opentelemetry-api",
            "opentelemetry-context",
            "rocketmq-client",
            "rocketmq-common",
            "rocketmq-logback-classic",
            "rocketmq-remoting",
            "rocketmq-slf4j-api",
            "zstd-jni");

    /** Spring Boot's starter, JDBC and AOP; they have these in every service that uses a database. */
    private static final Set<String> OF_SPRING_BOOT = Set.of(
            "jakarta.annotation-api",
            "jul-to-slf4j",
            "log4j-api",
            "log4j-to-slf4j",
            "logback-classic",
            "logback-core",
            "micrometer-commons",
            "micrometer-observation",
            "slf4j-api",
            "snakeyaml");

    static List<Path> runtimeClassPath() throws IOException {
        String text = Files.readString(Path.of("target", "runtime-class-path.txt"));
        return Arrays.stream(text.trim().split(File.pathSeparator))
                .map(Path::of)
                .toList();
    }

    @Test
    void theStarterBringsTheseAndNoOthers() throws IOException {
        Set<String> found = runtimeClassPath().stream()
                .map(jar -> jar.getFileName().toString().replaceFirst("-\\d.*", ""))
                .filter(name -> !name.startsWith("spring-") && !OF_SPRING_BOOT.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(found).isEqualTo(new TreeSet<>(BEYOND_SPRING_BOOT));
    }

    @Test
    void itIsSmall() throws IOException {
        long bytes = 0;
        for (Path jar : runtimeClassPath()) {
            if (!jar.getFileName().toString().startsWith("spring-")) {
                bytes += Files.size(jar);
            }
        }
        assertThat(bytes).as("bytes beside Spring's own jars").isLessThan(28_000_000);
    }
}
