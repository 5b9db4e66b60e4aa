package io.rmqtx.producer;

import io.rmqtx.RmqTxConfigurationException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How annotated methods are wrapped.
 *
 * @param sendTimeout how long a call waits at most for the broker to take its half message, before a database
 *     connection is taken
 * @param joinedSendTimeout the same for a call that joined an outer transaction, whose half message is sent just before
 *     the commit, while a connection is held
 * @param maxCallAge how long after its start a call may still begin its transaction; the fence is kept at least twice
 *     as long
 * @param reconcileDelay how long after the commit a message whose end the broker has not acknowledged is taken up again
 * @param commitWithin how long after the commit the broker is still told directly; later it has to ask
 * @param checkLockWait how long a check-back waits for a transaction that is still running; whole seconds
 * @param markBatch how many acknowledged messages are marked in one statement
 * @param markDelay how long an acknowledged message waits for others to be marked with
 * @param markQueue how many acknowledged messages may wait to be marked; more are found out later
 */
@ConfigurationProperties("rmq-tx.producer")
public record ProducerProperties(
        @DefaultValue("3s") Duration sendTimeout,
        @DefaultValue("1s") Duration joinedSendTimeout,
        @DefaultValue("1h") Duration maxCallAge,
        @DefaultValue("30s") Duration reconcileDelay,
        @DefaultValue("1s") Duration commitWithin,
        @DefaultValue("1s") Duration checkLockWait,
        @DefaultValue("256") int markBatch,
        @DefaultValue("50ms") Duration markDelay,
        @DefaultValue("10000") int markQueue) {

    /** Refuses values that make no sense. */
    public ProducerProperties {
        positive("send-timeout", sendTimeout);
        positive("joined-send-timeout", joinedSendTimeout);
        positive("max-call-age", maxCallAge);
        positive("reconcile-delay", reconcileDelay);
        positive("commit-within", commitWithin);
        positive("check-lock-wait", checkLockWait);
        positive("mark-batch", markBatch);
        positive("mark-queue", markQueue);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw notPositive(name, value);
        }
    }

    private static void positive(String name, int value) {
        if (value <= 0) {
            throw notPositive(name, value);
        }
    }

    private static RmqTxConfigurationException notPositive(String name, Object value) {
        return new RmqTxConfigurationException(
                "Property 'rmq-tx.producer." + name + "' must be positive, but is " + value + ".",
                "Set it to a positive value, or leave it out.");
    }
}
