package io.rmqtx.chaos;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Class data that all service processes share. Loading and verifying classes is most of the work of starting one, and there
 * are dozens of them. An archive (JEP 350) holds only classes from jars, so directories of the class path are packed.
 */
final class SharedClasses {

    private final Path directory;
    private final String classPath;
    private final Path archive;

    SharedClasses(Path directory) {
        this.directory = directory;
        this.archive = directory.resolve("services.jsa");
        List<String> entries = new ArrayList<>();
        String own = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : own.split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                entries.add(packed(path, entries.size()).toString());
            } else if (Files.exists(path)) {
                entries.add(entry);
            }
        }
        this.classPath = String.join(File.pathSeparator, entries);
    }

    private Path packed(Path classes, int number) {
        Path jar = directory.resolve("classes-" + number + ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path path : files.filter(file -> !file.equals(classes)).toList()) {
                String name = classes.relativize(path).toString().replace(File.separatorChar, '/');
                // Component scanning looks for the entries of directories, too.
                zip.putNextEntry(new ZipEntry(Files.isDirectory(path) ? name + "/" : name));
                if (Files.isRegularFile(path)) {
                    Files.copy(path, zip);
                }
                zip.closeEntry();
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String classPath() {
        return classPath;
    }

    /** What a JVM is told in order to use the archive, if there is one. */
    List<String> options() {
        return Files.exists(archive)
                ? List.of("-Xshare:auto", "-XX:SharedArchiveFile=" + archive)
                : List.of("-Xshare:auto");
    }

    /** What a JVM is told in order to write the archive of all that it has loaded, when it ends in an orderly way. */
    List<String> optionsToWrite() {
        return List.of("-Xshare:auto", "-XX:ArchiveClassesAtExit=" + archive);
    }
}
