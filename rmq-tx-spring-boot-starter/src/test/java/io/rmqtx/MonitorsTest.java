package io.rmqtx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;

/**
 * Up to JDK 23 a virtual thread that blocks inside a monitor pins its carrier. Whatever runs on a caller's thread uses
 * locks instead; monitors are left to what starts and stops with the application.
 */
class MonitorsTest {

    private static final Set<String> AT_START_AND_STOP_ONLY =
            Set.of("io.rmqtx.consumer.ListenerContainer", "io.rmqtx.relay.PublishedMarker");

    @Test
    void monitorsAreEnteredAtStartAndStopOnly() throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("target", "classes"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                if (entersMonitor(file)) {
                    found.add(Path.of("target", "classes")
                            .relativize(file)
                            .toString()
                            .replace(".class", "")
                            .replace('/', '.'));
                }
            }
        }
        assertThat(found).isEqualTo(new TreeSet<>(AT_START_AND_STOP_ONLY));
    }

    private static boolean entersMonitor(Path file) throws IOException {
        boolean[] enters = new boolean[1];
        try (InputStream bytes = Files.newInputStream(file)) {
            new ClassReader(bytes)
                    .accept(
                            new ClassVisitor(Opcodes.ASM9) {
                                @Override
                                public MethodVisitor visitMethod(
                                        int access,
                                        String name,
                                        String descriptor,
                                        String signature,
                                        String[] exceptions) {
                                    enters[0] |= (access & Opcodes.ACC_SYNCHRONIZED) != 0;
                                    return new MethodVisitor(Opcodes.ASM9) {
                                        @Override
                                        public void visitInsn(int opcode) {
                                            enters[0] |= opcode == Opcodes.MONITORENTER;
                                        }
                                    };
                                }
                            },
                            ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        }
        return enters[0];
    }
}
