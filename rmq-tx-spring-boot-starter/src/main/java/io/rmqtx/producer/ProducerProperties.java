package io.rmqtx.producer;

import io.rmqtx.autoconfigure.PositiveSetting;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How annotated methods are wrapped.
 *
 * @param sendTimeout how long a call waits at most for the broker to take its half message, before a database
 *     connection is taken
 * @param lateSendTimeout the same where a connection is held meanwhile: in a call that joined an outer transaction, and
 *     with {@code half = LATE}
 * @param topics topics that a {@link io.rmqtx.ReliableMessageTemplate} sends to, besides those of annotated methods
 * @param maxCallAge how long after its start a call may still begin its transaction; the fence is kept at least twice
 *     as long
 * @param reconcileDelay how long after the commit a message whose end the broker has not acknowledged is taken up again
 * @param commitWithin how long after the start of the commit the broker is still told directly; later it has to ask
 * @param checkLockWait how long a check-back waits for a transaction that is still running; whole seconds
 * @param whenBrokerUnavailable what a TRANSACTIONAL call does whose half message cannot be sent
 * @param shutdownWait how long a shutdown waits for calls that are running and for the broker's answers
 */
@ConfigurationProperties("rmq-tx.producer")
public record ProducerProperties(
        @DefaultValue("3s") Duration sendTimeout,
        @DefaultValue("1s") Duration lateSendTimeout,
        @DefaultValue Set<String> topics,
        @DefaultValue("1h") Duration maxCallAge,
        @DefaultValue("30s") Duration reconcileDelay,
        @DefaultValue("1s") Duration commitWithin,
        @DefaultValue("1s") Duration checkLockWait,
        @DefaultValue("fail") WhenBrokerUnavailable whenBrokerUnavailable,
        @DefaultValue("10s") Duration shutdownWait) {

    /** What a TRANSACTIONAL call does whose half message cannot be sent, because no broker is there. */
    public enum WhenBrokerUnavailable {
        /** The call fails before anything has happened, or its transaction is rolled back. */
        FAIL,
        /** The call goes on as one of mode OUTBOX, under a new message id; the relay delivers the message later. */
        OUTBOX
    }

    /** Refuses values that make no sense. */
    public ProducerProperties {
        PositiveSetting.check("rmq-tx.producer.send-timeout", sendTimeout);
        PositiveSetting.check("rmq-tx.producer.late-send-timeout", lateSendTimeout);
        PositiveSetting.check("rmq-tx.producer.max-call-age", maxCallAge);
        PositiveSetting.check("rmq-tx.producer.reconcile-delay", reconcileDelay);
        PositiveSetting.check("rmq-tx.producer.commit-within", commitWithin);
        PositiveSetting.check("rmq-tx.producer.check-lock-wait", checkLockWait);
        PositiveSetting.check("rmq-tx.producer.shutdown-wait", shutdownWait);
        topics = Set.copyOf(topics);
    }
}
