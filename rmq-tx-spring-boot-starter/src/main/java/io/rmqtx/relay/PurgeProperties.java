package io.rmqtx.relay;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.autoconfigure.PositiveSetting;
import io.rmqtx.spi.FenceAge;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long finished rows and idempotency keys are kept.
 *
 * @param enabled whether this instance removes what is old
 * @param interval how often it looks for it
 * @param batch how many rows are removed in one transaction
 * @param brokerRetention how long the brokers keep messages, half messages included (their fileReservedTime); nothing
 *     that a copy of a message may still need is removed before
 * @param publishedAfter age at which PUBLISHED and CONFIRMED rows are removed
 * @param abortedAfter age at which the fences of calls that did not commit are removed
 * @param closedAfter age at which CANCELLED and COMPENSATED rows are removed
 * @param consumedAfter age at which idempotency keys are removed; longer than any copy of a message can come
 */
@ConfigurationProperties("rmq-tx.purge")
public record PurgeProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("1h") Duration interval,
        @DefaultValue("500") int batch,
        @DefaultValue("72h") Duration brokerRetention,
        @DefaultValue("7d") Duration publishedAfter,
        @DefaultValue("7d") Duration abortedAfter,
        @DefaultValue("30d") Duration closedAfter,
        @DefaultValue("45d") Duration consumedAfter) {

    /** Refuses values that make no sense. */
    public PurgeProperties {
        PositiveSetting.check("rmq-tx.purge.interval", interval);
        PositiveSetting.check("rmq-tx.purge.batch", batch);
        PositiveSetting.check("rmq-tx.purge.broker-retention", brokerRetention);
        PositiveSetting.check("rmq-tx.purge.closed-after", closedAfter);
        atLeast(
                "published-after",
                publishedAfter,
                "broker-retention",
                brokerRetention,
                "a half message that the broker still keeps would be answered as if its call had not committed");
        atLeast(
                "aborted-after",
                abortedAfter,
                "broker-retention",
                brokerRetention,
                "a call that was paused so long could commit although its check-back said \"roll back\"");
        atLeast(
                "consumed-after",
                consumedAfter,
                "broker-retention",
                brokerRetention,
                "a copy that the broker still keeps would have its effect a second time");
        atLeast(
                "consumed-after",
                consumedAfter.minusNanos(1),
                "published-after",
                publishedAfter,
                "a message that is published again from its row would have its effect a second time");
        atLeast(
                "consumed-after",
                consumedAfter.minusNanos(1),
                "closed-after",
                closedAfter,
                "a message that is published again from its row would have its effect a second time");
    }

    /** Refuses fences that are kept too short. */
    void check(FenceAge fences) {
        if (abortedAfter.compareTo(fences.atLeast()) < 0) {
            throw new RmqTxConfigurationException(
                    "Property 'rmq-tx.purge.aborted-after' is " + abortedAfter + ", less than twice"
                            + " 'rmq-tx.producer.max-call-age' (" + fences.atLeast()
                            + "): a call that was paused so long could commit although its check-back said \"roll"
                            + " back\".",
                    "Keep fences longer, or allow calls less time.");
        }
    }

    private static void atLeast(String name, Duration value, String other, Duration least, String why) {
        if (value.compareTo(least) < 0) {
            throw new RmqTxConfigurationException(
                    "Property 'rmq-tx.purge." + name + "' is " + value + ", less than 'rmq-tx.purge." + other + "' ("
                            + least + "): " + why + ".",
                    "Keep it at least as long.");
        }
    }
}
