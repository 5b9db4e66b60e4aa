package io.rmqtx.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** File operations that the JDK lacks. */
final class Directories {

    private Directories() {}

    /** A directory with all below it, a file, or nothing if there is none. */
    static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(path)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : deepestFirst) {
            try {
                Files.deleteIfExists(each);
            } catch (NoSuchFileException e) {
                // somebody else was faster, which is as good
            }
        }
    }
}
