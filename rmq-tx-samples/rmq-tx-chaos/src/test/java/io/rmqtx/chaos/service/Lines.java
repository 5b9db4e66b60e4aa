package io.rmqtx.chaos.service;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What the process tells the test, line by line. Unbuffered: what was said before a halt has been said. */
final class Lines {

    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private Lines() {}

    static void say(String line) {
        byte[] bytes = ("@" + line.replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            synchronized (OUT) {
                OUT.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the test has gone
        }
    }
}
