package io.rmqtx.producer;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.spi.SystemProperties;
import java.util.Map;
import java.util.regex.Pattern;

/** Which headers a service may set: those that mean nothing to the broker, and that its property format can carry. */
final class HeaderRules {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,254}");

    private HeaderRules() {}

    static void check(String topic, Map<String, String> headers) {
        headers.forEach((name, value) -> {
            String rule = !NAME.matcher(name).matches()
                    ? "may consist of at most 255 letters, digits, '_', '-' and '.', and begins with a letter"
                    : SystemProperties.contains(name)
                            ? "is one of RocketMQ's own"
                            : MessageHeaders.isReserved(name)
                                    ? "is reserved for rmq-tx"
                                    : value.isBlank() || value.chars().anyMatch(Character::isISOControl)
                                            ? "needs a value that is not blank and has no control characters"
                                            : "";
            if (!rule.isEmpty()) {
                throw new InvalidMessageException("The header '" + name + "' of a message for topic '" + topic + "' "
                        + rule + ". Nothing was written.");
            }
        });
    }
}
