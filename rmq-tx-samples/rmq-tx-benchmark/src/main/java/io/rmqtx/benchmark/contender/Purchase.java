package io.rmqtx.benchmark.contender;

/**
 * What is written and sent.
 *
 * @param id the key
 * @param buyer who bought
 * @param amount in cents
 * @param note makes the message as large as wanted
 */
public record Purchase(String id, String buyer, long amount, String note) {

    /** Braces, names, quotes, an id and an amount as {@link #of} makes them: what JSON needs beside the note. */
    private static final int OTHERS = 88;

    /** One of so many bytes as JSON, give or take a few digits. */
    public static Purchase of(String id, long amount, int bytes) {
        return new Purchase(id, "buyer-of-" + id, amount, "n".repeat(Math.max(0, bytes - OTHERS)));
    }
}
