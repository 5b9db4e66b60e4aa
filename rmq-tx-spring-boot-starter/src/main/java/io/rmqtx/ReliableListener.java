package io.rmqtx;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Consumes messages of a topic so that the business effect of the annotated method happens once per message and
 * consumer group.
 *
 * <p>The method runs in a transaction whose first statement inserts the idempotency key; effect and key commit
 * together. A message whose key is there already is acknowledged without calling the method. <b>Guaranteed:</b>
 * exactly one committed effect <em>in the database of that transaction</em>, under redelivery, concurrent duplicates,
 * rebalancing and replay, as long as the key is kept. <b>Not guaranteed:</b> anything about effects outside that
 * database (an HTTP call, a mail), which repeat when the transaction rolls back; and nothing about order.
 *
 * <p>If the method throws, the transaction rolls back (for any exception, checked ones included) and the broker
 * delivers again later, up to {@link #maxAttempts()} attempts; then, or at once after an exception of
 * {@link #notRetryable()} or a {@link RejectedMessageException}, the message goes to the dead-letter queue of the
 * group and the {@link DeadLetterHandler} is told.
 *
 * <p>The method may take, in any order: the payload (the first parameter that is none of the following, or one
 * annotated {@link MessagePayload}); single headers ({@link MessageHeader}); and a {@link MessageContext}. A payload
 * of type {@code byte[]} or {@code String} receives the body as it came.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface ReliableListener {

    /** The topic; {@code ${...}} placeholders are resolved at start. */
    String topic();

    /**
     * The consumer group; {@code ${...}} placeholders are resolved at start. All listeners of one group share one
     * consumer; what they cannot share is named at start.
     */
    String group();

    /** The tags, {@code "A || B"}, or {@code "*"} for all; {@code ${...}} placeholders are resolved at start. */
    String tags() default "*";

    /**
     * An expression for the idempotency key, which sees {@code #payload}, {@code #headers} and {@code #context}. Empty:
     * the message id, which is the same across every re-send and replay. An expression that yields {@code null} or
     * blank text sends the message to the dead-letter queue.
     */
    String key() default "";

    /** How often the method may fail before the message is a dead letter; 0: {@code rmq-tx.consumer.max-attempts}. */
    int maxAttempts() default 0;

    /** Consumer threads of the group; 0: {@code rmq-tx.consumer.threads}. */
    int threads() default 0;

    /** Exceptions (and their subclasses, also as a cause) after which trying again is pointless. */
    Class<? extends Throwable>[] notRetryable() default {};

    /** The bean name of the transaction manager; empty: the only or the primary one. */
    String transactionManager() default "";
}
