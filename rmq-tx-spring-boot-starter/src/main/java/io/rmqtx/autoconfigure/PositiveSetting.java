package io.rmqtx.autoconfigure;

import io.rmqtx.RmqTxConfigurationException;
import java.time.Duration;

/** Refuses settings that are not positive, by their full name. */
public final class PositiveSetting {

    private PositiveSetting() {}

    /**
     * Checks a duration.
     *
     * @throws RmqTxConfigurationException if it is zero or negative
     */
    public static void check(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw refused(name, value);
        }
    }

    /**
     * Checks a number.
     *
     * @throws RmqTxConfigurationException if it is zero or negative
     */
    public static void check(String name, long value) {
        if (value <= 0) {
            throw refused(name, value);
        }
    }

    private static RmqTxConfigurationException refused(String name, Object value) {
        return new RmqTxConfigurationException(
                "Property '" + name + "' must be positive, but is " + value + ".",
                "Set it to a positive value, or leave it out.");
    }
}
