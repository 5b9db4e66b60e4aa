package io.rmqtx.transport;

import io.rmqtx.autoconfigure.PositiveSetting;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How messages are sent and check-backs are taken.
 *
 * @param group producer group, the same for all instances of this application and of no other; made of the application's
 *     name when empty
 * @param maxMessageSize largest message body; not above the broker's own limit
 * @param checkThreads threads that answer the broker's check-backs; each may hold one database connection
 * @param checkQueue check-backs that may wait for a thread; more are dropped, and the broker asks again
 * @param checkQueriesPerSecond upper bound of the queries to the brokers that check-backs make
 */
@ConfigurationProperties("rmq-tx.transport")
public record TransportProperties(
        @Nullable String group,
        @DefaultValue("4MB") DataSize maxMessageSize,
        @DefaultValue("4") int checkThreads,
        @DefaultValue("2000") int checkQueue,
        @DefaultValue("500") int checkQueriesPerSecond) {

    /** Refuses values that make no sense. */
    public TransportProperties {
        PositiveSetting.check("rmq-tx.transport.max-message-size", maxMessageSize.toBytes());
        PositiveSetting.check("rmq-tx.transport.check-threads", checkThreads);
        PositiveSetting.check("rmq-tx.transport.check-queue", checkQueue);
        PositiveSetting.check("rmq-tx.transport.check-queries-per-second", checkQueriesPerSecond);
    }
}
