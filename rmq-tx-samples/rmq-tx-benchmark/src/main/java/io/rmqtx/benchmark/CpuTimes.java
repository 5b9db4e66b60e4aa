package io.rmqtx.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Processor time in seconds; NaN where the system does not tell it. */
final class CpuTimes {

    private static final Path SYSTEM = Path.of("/proc/stat");
    private static final double TICKS_PER_SECOND = 100;

    private CpuTimes() {}

    /** What a process has used so far. */
    static double seconds(ProcessHandle process) {
        return process.info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .map(nanos -> nanos / 1e9)
                .orElse(Double.NaN);
    }

    /** What all processes of the machine have used so far, and what other machines took away from it. */
    static double systemSeconds() {
        if (!Files.isReadable(SYSTEM)) {
            return Double.NaN;
        }
        try {
            // cpu user nice system idle iowait irq softirq steal ...; see proc(5)
            String[] fields = Files.readAllLines(SYSTEM).get(0).trim().split(" +", -1);
            long busy = 0;
            for (int field : new int[] {1, 2, 3, 6, 7, 8}) {
                busy += Long.parseLong(fields[field]);
            }
            return busy / TICKS_PER_SECOND;
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
