package io.rmqtx.benchmark.contender;

/** One way to deliver what was left lying. Not thread-safe. */
public interface Backlog extends Participant {

    /**
     * Leaves so many messages, committed and due, and nothing that delivers them.
     *
     * @param history so many rows of messages that were delivered before lie in the table besides; none where delivered
     *     rows are deleted
     */
    void fill(long messages, long history) throws Exception;

    /** Has them delivered from now on. Returns when whatever delivers them runs, which may be after the first ones. */
    void deliver() throws Exception;
}
