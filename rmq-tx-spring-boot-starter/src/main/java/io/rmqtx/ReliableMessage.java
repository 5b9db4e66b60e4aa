package io.rmqtx;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Publishes a message if, and only if, the local transaction of the annotated method commits.
 *
 * <p>The call is wrapped in RocketMQ's transactional protocol: a half message is sent, the method runs in a database
 * transaction whose first statement writes the transaction log row, and after the commit the half message is
 * committed at the broker. Where that last step is lost, the broker's check-back is answered from the row, by any
 * instance of the application.
 *
 * <p>With {@code mode = OUTBOX} there is no half message: the row is written when the method has returned, in its
 * transaction, and the message is sent after the commit, and again until the broker has acknowledged it.
 *
 * <p><b>Guaranteed:</b> the message is never visible to consumers when the transaction was rolled back; once the
 * transaction committed, the message reaches the topic, however long the broker is away. <b>Not guaranteed:</b> that it
 * reaches the topic exactly once. A crash can leave two copies with the same message id; {@link ReliableListener} absorbs
 * them.
 *
 * <p>If the half message cannot be sent, the call fails with a {@link MessageSendException}, and nothing of it stays.
 * Where the call opens its transaction, neither the method nor any statement has run then. With {@link
 * HalfMessageTiming#LATE}, or in a call that joined an outer transaction, the half message is sent just before the
 * commit: the method has run, the transaction is rolled back as a whole, and whoever commits it gets the exception.
 *
 * <p>The method must be called through its Spring bean. If it is not {@code @Transactional} itself and no transaction
 * is active, a transaction is opened for it, with Spring's default rules for roll-back. Called inside an outer
 * transaction of the same transaction manager, it joins, and the message follows the outcome of the outer one. Code that
 * cannot be annotated uses {@link ReliableMessageTemplate}.
 *
 * <p>All expressions are Spring expressions. They see the arguments by name ({@code #order}), by position
 * ({@code #p0}), and the bean's methods and the arguments through {@code #root} ({@code #root.target},
 * {@code #root.args}, {@code #root.method}). They are evaluated before the method runs, so they see the arguments as
 * they were then; with {@link HalfMessageTiming#LATE}, and with {@link MessageMode#OUTBOX}, when it has returned, and then
 * they also see its {@code #result}.
 * They are the developer's own text: nothing from a message is ever evaluated.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(ReliableMessages.class)
@Documented
public @interface ReliableMessage {

    /** The topic. Not an expression; {@code ${...}} placeholders are resolved at start. */
    String topic();

    /** An expression for the tag by which consumers filter, for example {@code "'CREATED'"}. Empty: no tag. */
    String tag() default "";

    /**
     * An expression for the business key by which operators find the message, for example {@code "#order.id"}. Empty:
     * no key. An expression that yields {@code null}, or text with white space, fails the call before the method runs;
     * with {@link HalfMessageTiming#LATE} it rolls the transaction back.
     */
    String key() default "";

    /** An expression for the payload. Empty: the only argument of the method. {@code null} fails the call. */
    String payload() default "";

    /** An expression that decides whether a message is sent at all. Empty: always. */
    String condition() default "";

    /** How the message gets to the broker. All messages of one method have the same. */
    MessageMode mode() default MessageMode.TRANSACTIONAL;

    /**
     * An expression for the key within which order is kept, for example {@code "#order.customerId"}; OUTBOX only. Messages
     * of one topic with the same order key get into one queue, in the order of their numbers in the table, which is the
     * order of their commits where the business serialises them, for instance by a row lock that it takes before. A
     * message that is refused holds up its own key and no other. A crash may repeat messages; {@link ReliableListener}
     * refuses the repeated ones. {@code null} fails the call. Empty: no order.
     */
    String orderKey() default "";

    /**
     * How long consumers wait for the message after the transaction, for example {@code "30m"}; OUTBOX only, and brokers
     * from RocketMQ 5.0 on: older ones deliver it as soon as they get it, which is up to twelve hours too early. In the
     * forms of Spring Boot's durations; {@code ${...}} placeholders are resolved at start. Empty: not at all.
     */
    String delay() default "";

    /**
     * An expression for the time at which consumers get the message, an {@link java.time.Instant},
     * {@link java.time.OffsetDateTime} or {@link java.time.ZonedDateTime}; otherwise as {@link #delay()}. A time that is
     * past means at once, {@code null} fails the call. Empty: at once.
     */
    String deliverAt() default "";

    /** When the half message is sent; TRANSACTIONAL only. All messages of one method have the same. */
    HalfMessageTiming half() default HalfMessageTiming.AUTO;

    /**
     * The bean name of the transaction manager whose database takes the transaction log row. Empty: the one that the
     * method's {@code @Transactional} names, otherwise the only or the primary one.
     */
    String transactionManager() default "";
}
