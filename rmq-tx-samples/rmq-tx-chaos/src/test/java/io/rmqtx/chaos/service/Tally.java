package io.rmqtx.chaos.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Counts in a file that is mapped into memory: every count is in the operating system's hands at once, so that a killed
 * process leaves exact numbers behind, and its successor goes on from them.
 */
public final class Tally {

    /** What is counted. */
    public enum Count {
        /** Calls that were begun. */
        CALLS(0),
        /** Calls that returned. */
        COMMITTED(1),
        /** Calls that the business refused. */
        REFUSED(2),
        /** Calls that failed for another reason. */
        FAILED(3),
        /** Deliveries that the idempotency key turned away. */
        DUPLICATES(4);

        private final int slot;

        Count(int slot) {
            this.slot = slot;
        }
    }

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer numbers;

    /** In this file. */
    public Tally(Path file) {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            numbers = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) Count.values().length * Long.BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void add(Count count) {
        var unused = (long) LONGS.getAndAdd(numbers, count.slot * Long.BYTES, 1L);
    }

    /** How many so far. */
    public long get(Count count) {
        return (long) LONGS.getVolatile(numbers, count.slot * Long.BYTES);
    }
}
