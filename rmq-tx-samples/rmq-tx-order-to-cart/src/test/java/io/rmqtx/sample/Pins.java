package io.rmqtx.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** Records where virtual threads blocked without letting go of their carrier. */
final class Pins implements AutoCloseable {

    private static final String PINNED = "jdk.VirtualThreadPinned";

    private final Recording recording = new Recording();

    Pins() {
        recording.enable(PINNED).withStackTrace().withoutThreshold();
        recording.start();
    }

    /** The stacks of those so far, as lines of "class.method". */
    List<List<String>> stacks() throws IOException {
        Path file = Files.createTempFile("pins", ".jfr");
        try {
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals(PINNED))
                    .map(Pins::stack)
                    .toList();
        } finally {
            Files.delete(file);
        }
    }

    private static List<String> stack(RecordedEvent event) {
        return event.getStackTrace() == null
                ? List.of()
                : event.getStackTrace().getFrames().stream()
                        .map(RecordedFrame::getMethod)
                        .map(method -> method.getType().getName() + "." + method.getName())
                        .toList();
    }

    @Override
    public void close() {
        recording.close();
    }
}
