package io.rmqtx.spi;

import java.time.Instant;

/** Answers the broker's question what became of a half message. Called on the check pool; may block. */
@FunctionalInterface
public interface CheckBackHandler {

    /** Decides, and ends the half message itself where it can. */
    void check(CheckBack check);

    /**
     * Told of a question that was not taken, because too many were waiting; the broker asks again. Called on a thread of
     * the client library; must not block.
     */
    default void dropped(CheckBack check) {}

    /**
     * Told of a question that was not taken, because an earlier one about the same message is being answered: both would
     * find it not visible yet, and commit it twice. On the same thread.
     */
    default void repeated(CheckBack check) {}

    /**
     * The broker's question.
     *
     * @param half the copy that is asked about, to be ended over the connection that the question came by
     * @param storeId the store that the half message names; empty if it names none
     * @param createdAt when the half message was born, by the clock of the process that sent it
     */
    record CheckBack(HalfMessageTransport.HalfMessage half, String storeId, Instant createdAt) {}
}
