package io.rmqtx.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what counts as flushed, and puts a stopped broker's store back to it.
 *
 * <ul>
 *   <li>The commit log is cut where it was flushed, and what lies behind is zeroed, as in a file that was extended but
 *       never written.
 *   <li>Consume queues, index and checkpoint are deleted and the abort file is left, so that the broker builds them
 *       anew as after any abnormal exit.
 *   <li>The consumers' positions are put back too: were they ahead of the log, consumers would skip new messages.
 *   <li>So is how far the delivery of timer messages was, and their own log is cut: it points into the commit log. The
 *       wheel is built anew from it.
 *   <li>Topics and consumer groups stay: the broker writes those to the disk before it answers.
 * </ul>
 */
final class PowerCut {

    /** Positions that the broker writes from time to time. */
    private static final List<String> POSITIONS = List.of("consumerOffset.json", "delayOffset.json");

    private static final List<String> REBUILT = List.of("consumequeue", "index", "checkpoint", "rocksdbstore");

    private final Path store;
    private Map<String, Optional<byte[]>> positions = Map.of();
    private long logEnd;
    private byte @Nullable [] timers;
    private long timerLogEnd;

    PowerCut(Path store) {
        this.store = store;
    }

    /** What lies before that position of the commit log is flushed. */
    synchronized void logFlushed(long newLogEnd) {
        logEnd = newLogEnd;
    }

    /** Consumers' positions are flushed as they are on the disk now. */
    synchronized void positionsFlushed() throws IOException {
        Map<String, Optional<byte[]>> read = new HashMap<>();
        for (String name : POSITIONS) {
            Path file = store.resolve("config").resolve(name);
            read.put(name, Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty());
        }
        positions = read;
    }

    /** The delivery of timer messages is flushed as it is on the disk now, and what lies before that position of their log. */
    synchronized void timersFlushed(long newTimerLogEnd) throws IOException {
        timers = Files.readAllBytes(timerCheckpoint());
        timerLogEnd = newTimerLogEnd;
    }

    /** The broker must be stopped. */
    synchronized void strike(boolean loseUnflushed) throws IOException {
        if (loseUnflushed) {
            cut("commitlog", logEnd);
            cutTimers();
        }
        for (Map.Entry<String, Optional<byte[]>> position : positions.entrySet()) {
            Path file = store.resolve("config").resolve(position.getKey());
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".bak"));
            if (position.getValue().isPresent()) {
                Files.write(file, position.getValue().get());
            } else {
                Files.deleteIfExists(file);
            }
        }
        for (String name : REBUILT) {
            Directories.delete(store.resolve(name));
        }
        if (!Files.exists(store.resolve("abort"))) {
            Files.createFile(store.resolve("abort"));
        }
    }

    private void cutTimers() throws IOException {
        byte[] checkpoint = timers;
        if (checkpoint != null) {
            cut("timerlog", timerLogEnd);
            Files.write(timerCheckpoint(), checkpoint);
            Directories.delete(store.resolve("timerwheel"));
        }
    }

    private Path timerCheckpoint() {
        return store.resolve("config").resolve("timercheck");
    }

    private void cut(String log, long flushed) throws IOException {
        Path directory = store.resolve(log);
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> listed = Files.list(directory)) {
            files = listed.filter(file -> file.getFileName().toString().matches("\\d{20}"))
                    .toList();
        }
        for (Path file : files) {
            long start = Long.parseLong(file.getFileName().toString());
            // The first file must stay, or the broker takes the log for deleted and numbers offsets anew.
            if (start >= flushed && start > 0) {
                Files.delete(file);
            } else if (start + Files.size(file) > flushed) {
                zero(file, flushed - start);
            }
        }
    }

    private static void zero(Path file, long from) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long end = channel.size();
            ByteBuffer zeros = ByteBuffer.allocate(1 << 20);
            for (long at = from; at < end; ) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), end - at));
                at += channel.write(zeros, at);
            }
        }
    }
}
