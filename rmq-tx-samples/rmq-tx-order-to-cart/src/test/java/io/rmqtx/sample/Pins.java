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
        return isInitialisation(text(event, "pinnedReason")) || isLinking(event);
    }

    private static boolean isInitialisation(String reason) {
        return reason.startsWith("Waited for initialization of ");
    }

    /**
     * A class is linked under a monitor of the virtual machine, in a critical section of its own; no Java code can enter
     * a monitor in such a section, and a contended monitor of Java code lets go of the carrier.
     */
    private static boolean isLinking(RecordedEvent event) {
        return text(event, "pinnedReason").equals("Freeze or preempt failed (2)")
                && text(event, "blockingOperation").equals("Contended monitor enter");
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
