package io.rmqtx.producer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One {@code @ReliableMessage} of one method, ready to be evaluated.
 *
 * @param topic the topic, resolved
 * @param tag the tag's expression, if any
 * @param key the key's expression, if any
 * @param payload the payload's expression; null for the only argument
 * @param condition the condition's expression, if any
 * @param orderKey the order key's expression, if any
 * @param delay how long consumers wait for it, if they do
 * @param deliverAt the expression for the time when they get it, if any
 * @param transactionManager the manager's bean name, or empty
 */
record MessageDefinition(
        String topic,
        @Nullable MessageExpression tag,
        @Nullable MessageExpression key,
        @Nullable MessageExpression payload,
        @Nullable MessageExpression condition,
        @Nullable MessageExpression orderKey,
        @Nullable Duration delay,
        @Nullable MessageExpression deliverAt,
        String transactionManager) {

    /** Whether it cannot be made without the method's result. */
    boolean needsResult() {
        return needsResult(tag)
                || needsResult(key)
                || needsResult(payload)
                || needsResult(condition)
                || needsResult(orderKey)
                || needsResult(deliverAt);
    }

    private static boolean needsResult(@Nullable MessageExpression expression) {
        return expression != null && expression.needsResult();
    }
}
