package io.rmqtx.spi;

import java.util.List;

/**
 * Marks rows PUBLISHED whose messages the broker has acknowledged, many in one statement. Never blocks and never throws:
 * a mark that is lost is found out by asking the broker.
 */
public interface PublishedMarks {

    /** Begins to mark. */
    void start();

    /** Marks what is waiting, and ends. */
    void stop();

    /** Takes note of messages of one store that the broker has acknowledged. */
    void acknowledged(ReliableStore store, List<String> messageIds);
}
