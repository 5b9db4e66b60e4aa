package io.rmqtx.benchmark.contender;

/**
 * One way to write a business row and to send a message about it. Lives in a process of its own, with a database and a
 * topic of its own; has a public constructor that takes a {@link Setup}. Thread-safe.
 */
public interface Contender extends AutoCloseable {

    /** One business call: inserts the purchase, and sends it. Throws if either did not succeed. */
    void call(Purchase purchase) throws Exception;

    /**
     * Whether nothing that the calls so far put off (marking, publishing) is still to be done. Whether the messages are
     * in the topic is asked elsewhere, at the broker.
     */
    boolean isSettled();

    /** Empties the tables, so that each round begins alike. */
    void clear();

    @Override
    void close();
}
