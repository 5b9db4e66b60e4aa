package io.rmqtx.consumer;

import org.jspecify.annotations.Nullable;

/** Makes text that came over the network fit for one line of a log. */
final class LogText {

    private static final int LONGEST = 300;

    private LogText() {}

    /** The text without control characters, which could forge lines, and not longer than a line. */
    static String of(@Nullable String text) {
        if (text == null) {
            return "-";
        }
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        StringBuilder clean = new StringBuilder(cut.length());
        cut.chars().forEach(c -> clean.append(Character.isISOControl(c) ? ' ' : (char) c));
        return clean.toString();
    }

    /** Class and message of an exception. */
    static String of(Throwable thrown) {
        return thrown.getClass().getName() + ": " + of(thrown.getMessage());
    }
}
