package io.rmqtx.embedded;

import java.time.Duration;
import java.util.List;

/** Refuses settings that cannot work, by name. */
final class Checks {

    private Checks() {}

    static Duration positive(String name, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(name + " must be at least 1 ms but is " + value);
        }
        return value;
    }

    static int atLeast(String name, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + " but is " + value);
        }
        return value;
    }

    static int between(String name, int least, int most, int value) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + " but is " + value);
        }
        return value;
    }

    static String credential(String name, String value) {
        if (!value.matches("[A-Za-z0-9_-]{3,64}")) {
            throw new IllegalArgumentException(
                    name + " must be 3 to 64 letters, digits, '-' or '_' but has " + value.length() + " characters");
        }
        return value;
    }

    static int port(String name, int value) {
        if (value != 0 && (value < 1024 || value > 65_535)) {
            throw new IllegalArgumentException(name + " must be 0 (a free one) or 1024 to 65535 but is " + value);
        }
        return value;
    }

    static List<Duration> delayLevels(List<Duration> delays) {
        if (delays.isEmpty() || delays.size() > 18) {
            throw new IllegalArgumentException("retryDelays takes 1 to 18 values but got " + delays.size());
        }
        for (Duration delay : delays) {
            if (delay.isNegative() || !delay.equals(Duration.ofSeconds(delay.toSeconds()))) {
                throw new IllegalArgumentException(
                        "retryDelays takes whole seconds, or zero, for the broker knows no shorter unit, but got "
                                + delay);
            }
        }
        return List.copyOf(delays);
    }
}
