package io.rmqtx.benchmark.contender;

/**
 * What a process of the benchmark is about. Lives in a process of its own, with a database and a topic of its own; has a
 * public constructor that takes a {@link Setup}.
 */
public interface Participant extends AutoCloseable {

    /**
     * Whether nothing that was put off so far (marking, publishing) is still to be done. Whether the messages are in the
     * topic is asked elsewhere, at the broker.
     */
    boolean isSettled();

    /** Empties the tables, so that each round begins alike. */
    void clear();

    @Override
    void close();
}
