package io.rmqtx.benchmark;

/** Consumers do not see exactly one message for each successful call, so the figures compare different things. */
final class MiscountException extends Exception {

    private static final long serialVersionUID = 1L;

    MiscountException(String contender, long calls, long delivered) {
        super("Contender '" + contender + "' made " + calls + " successful calls, but " + delivered
                + " messages are in its topic, or what it put off was not done in time. Its figures mean nothing.");
    }
}
