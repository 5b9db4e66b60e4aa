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
 * <p><b>Guaranteed:</b> the message is never visible to consumers when the transaction was rolled back; once the
 * transaction committed, the message reaches the topic, as long as the broker keeps its half message and asks about it
 * (a relay that needs neither is still to come). <b>Not guaranteed:</b> that it reaches the topic exactly once.
 * A crash can leave two copies with the same message id; {@link ReliableListener} absorbs them.
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
 * they were then; with {@link HalfMessageTiming#LATE} when it has returned, and then they also see its {@code #result}.
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

    /** When the half message is sent. All messages of one method have the same. */
    HalfMessageTiming half() default HalfMessageTiming.AUTO;

    /**
     * The bean name of the transaction manager whose database takes the transaction log row. Empty: the one that the
     * method's {@code @Transactional} names, otherwise the only or the primary one.
     */
    String transactionManager() default "";
}
