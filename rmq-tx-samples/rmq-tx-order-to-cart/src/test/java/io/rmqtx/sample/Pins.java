package io.rmqtx.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Records where virtual threads blocked without letting go of their carrier. Two that need a class for the first time at
 * the same moment are not counted, where the JDK (24 and later) tells it: that is over once, and nobody can help it.
 */
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
                    .filter(event -> event.getEventType().getName().equals(PINNED) && !isFirstUseOfClass(event))
                    .map(Pins::stack)
                    .toList();
        } finally {
            Files.delete(file);
        }
    }

    private static boolean isFirstUseOfClass(RecordedEvent event) {
        String reason = text(event, "pinnedReason");
        return reason.startsWith("Waited for initialization of ")
                || isLinking(reason, text(event, "blockingOperation"));
    }

    /**
     * What JDK 25 was seen to record where two threads link a class at once. Thousands of contended monitors of Java code
     * do not record it: they let go of the carrier.
     */
    private static boolean isLinking(String reason, String operation) {
        return reason.equals("Freeze or preempt failed (2)") && operation.equals("Contended monitor enter");
    }

    private static String text(RecordedEvent event, String field) {
        String text = event.hasField(field) ? event.getString(field) : null;
        return text == null ? "" : text;
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
