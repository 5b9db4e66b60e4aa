package io.rmqtx.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A JDK on this machine that has virtual threads.
 *
 * @param home its directory
 * @param feature its version: 21 or later
 */
record NewerJdk(Path home, int feature) {

    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;
    private static final Pattern VARIABLE = Pattern.compile("(JAVA|JDK)_?[0-9]*(_HOME)?|JAVA_HOME_[0-9]+.*");
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

    /**
     * The newest one among those beside the JDK that runs this, and those that environment variables like JAVA_HOME,
     * JAVA25_HOME, JAVA_HOME_25_X64 or JDK25 name.
     */
    static Optional<NewerJdk> find() {
        return Stream.concat(besideThisOne(), named())
                .flatMap(home -> of(home).stream())
                .max(Comparator.comparingInt(NewerJdk::feature));
    }

    private static Stream<Path> besideThisOne() {
        Path parent = Path.of(System.getProperty("java.home")).getParent();
        try (Stream<Path> siblings = Files.list(parent)) {
            return siblings.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> named() {
        return System.getenv().entrySet().stream()
                .filter(variable -> VARIABLE.matcher(variable.getKey()).matches())
                .map(Map.Entry::getValue)
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }

    private static Optional<NewerJdk> of(Path home) {
        Path release = home.resolve("release");
        if (!Files.isRegularFile(release) || !Files.isExecutable(java(home))) {
            return Optional.empty();
        }
        try {
            Matcher version = VERSION.matcher(Files.readString(release));
            return version.find() && Integer.parseInt(version.group(1)) >= FIRST_WITH_VIRTUAL_THREADS
                    ? Optional.of(new NewerJdk(home, Integer.parseInt(version.group(1))))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path java() {
        return java(home);
    }

    private static Path java(Path home) {
        return home.resolve("bin").resolve("java");
    }
}
