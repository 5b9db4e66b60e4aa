package io.rmqtx.relay;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.autoconfigure.PositiveSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How committed messages are published.
 *
 * @param enabled whether this instance publishes; rows then wait for an instance that does
 * @param queueMessages how many committed messages may be in memory, from the commit until they are marked; more wait in
 *     the table
 * @param queueSize the same for their bodies' size
 * @param dispatchLease how long after its commit a message belongs to the instance that committed it; then any instance
 *     publishes it
 * @param claimMessages how many rows are claimed together
 * @param claimSize the same for their bodies' size; one row is always claimed
 * @param lease how long claimed rows belong to the instance that claimed them
 * @param sendTimeout how long to wait for the broker's answer
 * @param batchMessages how many messages are sent together at most
 * @param batchSize the same for their bodies' size
 * @param sendsUnderWay how many sends of one topic may be unanswered
 * @param retryAfter the shortest wait before a row is tried again
 * @param maxRetryAfter the longest; in between a row waits about as long as it is old
 * @param maxRefusals after so many refusals of the message itself it is DEAD
 * @param flushInterval how long a broker may take to flush what it has stored: only a message that was visible twice so
 *     far apart is taken for published without an acknowledgement
 * @param poll how often the tables are looked at while nothing is due
 * @param orderedThreads threads that publish messages with an order key; each may hold one database connection
 * @param onPublished what becomes of published rows of mode OUTBOX
 * @param shutdownWait how long a shutdown waits for what is in memory
 * @param markBatch how many acknowledged messages are marked in one statement
 * @param markDelay how long an acknowledged message waits for others to be marked with
 * @param markQueue how many acknowledged messages of mode TRANSACTIONAL may wait to be marked; more are found out later
 */
@ConfigurationProperties("rmq-tx.relay")
public record RelayProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("10000") int queueMessages,
        @DefaultValue("8MB") DataSize queueSize,
        @DefaultValue("10s") Duration dispatchLease,
        @DefaultValue("2000") int claimMessages,
        @DefaultValue("4MB") DataSize claimSize,
        @DefaultValue("30s") Duration lease,
        @DefaultValue("3s") Duration sendTimeout,
        @DefaultValue("128") int batchMessages,
        @DefaultValue("256KB") DataSize batchSize,
        @DefaultValue("4") int sendsUnderWay,
        @DefaultValue("1s") Duration retryAfter,
        @DefaultValue("1m") Duration maxRetryAfter,
        @DefaultValue("5") int maxRefusals,
        @DefaultValue("10s") Duration flushInterval,
        @DefaultValue("5s") Duration poll,
        @DefaultValue("4") int orderedThreads,
        @DefaultValue("mark") OnPublished onPublished,
        @DefaultValue("5s") Duration shutdownWait,
        @DefaultValue("256") int markBatch,
        @DefaultValue("50ms") Duration markDelay,
        @DefaultValue("10000") int markQueue) {

    /** What becomes of published rows of mode OUTBOX. Those of mode TRANSACTIONAL are always marked. */
    public enum OnPublished {
        /** They are marked PUBLISHED, and purged later. */
        MARK,
        /** They are deleted: the table stays small, and nothing tells afterwards that they were there. */
        DELETE
    }

    /** Refuses values that make no sense. */
    public RelayProperties {
        PositiveSetting.check("rmq-tx.relay.queue-messages", queueMessages);
        PositiveSetting.check("rmq-tx.relay.queue-size", queueSize.toBytes());
        PositiveSetting.check("rmq-tx.relay.dispatch-lease", dispatchLease);
        PositiveSetting.check("rmq-tx.relay.claim-messages", claimMessages);
        PositiveSetting.check("rmq-tx.relay.claim-size", claimSize.toBytes());
        PositiveSetting.check("rmq-tx.relay.lease", lease);
        PositiveSetting.check("rmq-tx.relay.send-timeout", sendTimeout);
        PositiveSetting.check("rmq-tx.relay.batch-messages", batchMessages);
        PositiveSetting.check("rmq-tx.relay.batch-size", batchSize.toBytes());
        PositiveSetting.check("rmq-tx.relay.sends-under-way", sendsUnderWay);
        PositiveSetting.check("rmq-tx.relay.retry-after", retryAfter);
        PositiveSetting.check("rmq-tx.relay.max-retry-after", maxRetryAfter);
        PositiveSetting.check("rmq-tx.relay.max-refusals", maxRefusals);
        PositiveSetting.check("rmq-tx.relay.flush-interval", flushInterval);
        PositiveSetting.check("rmq-tx.relay.poll", poll);
        PositiveSetting.check("rmq-tx.relay.ordered-threads", orderedThreads);
        PositiveSetting.check("rmq-tx.relay.mark-batch", markBatch);
        PositiveSetting.check("rmq-tx.relay.mark-queue", markQueue);
        PositiveSetting.check("rmq-tx.relay.mark-delay", markDelay.plusNanos(1));
        PositiveSetting.check("rmq-tx.relay.shutdown-wait", shutdownWait.plusNanos(1));
        if (maxRetryAfter.compareTo(retryAfter) < 0) {
            throw new RmqTxConfigurationException(
                    "Property 'rmq-tx.relay.max-retry-after' is " + maxRetryAfter
                            + ", less than 'rmq-tx.relay.retry-after' (" + retryAfter + ").",
                    "Make it at least as long.");
        }
        requireRoom("rmq-tx.relay.dispatch-lease", dispatchLease, sendTimeout);
        requireRoom("rmq-tx.relay.lease", lease, sendTimeout);
    }

    /** So long before the end of a lease no send is begun any more: its answer must be there, and written down. */
    Duration margin() {
        return sendTimeout.multipliedBy(2);
    }

    /** How long until what was seen is looked for again; up to half of a wait may be taken off. */
    Duration untilSeenAgain() {
        return flushInterval.multipliedBy(2);
    }

    private static void requireRoom(String name, Duration lease, Duration sendTimeout) {
        if (lease.compareTo(sendTimeout.multipliedBy(3)) < 0) {
            throw new RmqTxConfigurationException(
                    "Property '" + name + "' is " + lease + ", less than three times rmq-tx.relay.send-timeout ("
                            + sendTimeout
                            + "): a send is begun only while its lease outlasts its time-out, and what came"
                            + " of it can be written.",
                    "Make the lease longer, or the time-out shorter.");
        }
    }
}
