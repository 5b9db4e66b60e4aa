package io.rmqtx;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives any bean method the protection of a {@link ReliableListener}: its effect happens once per group and key. For
 * listeners that rmq-tx does not run, such as those of rocketmq-spring, and for whatever else may be called twice.
 *
 * <pre>{@code
 * @Component
 * @RocketMQMessageListener(topic = "ORDERS", consumerGroup = "cart")
 * public class CartListener implements RocketMQListener<MessageExt> {
 *
 *     @Override
 *     @Idempotent(group = "cart", key = "#message.getUserProperty('rmqtx_id')")
 *     public void onMessage(MessageExt message) { ... }
 * }
 * }</pre>
 *
 * <p>rmq-tx opens a transaction, inserts the key as its first statement and calls the method in it; effect and key
 * commit together. <b>Guaranteed:</b> at most one committed effect per group and key <em>in the database of that
 * transaction</em>, as long as the key is kept, also for calls at the same time on several instances. <b>Not
 * guaranteed:</b> anything about effects outside that database; and that the method is called again after it failed,
 * which is up to the caller.
 *
 * <ul>
 *   <li>If the key is there already, the method is not called, and the call returns {@code null}.
 *   <li>If the method throws, whatever it throws, everything rolls back, the key included, and the exception passes:
 *       the next call with that key runs.
 *   <li>If another call with that key is running, this one waits for it, up to {@code rmq-tx.consumer.key-wait}, then
 *       returns {@code null} if that one committed and goes on if it rolled back. After the wait, or if half of
 *       {@code rmq-tx.consumer.threads} calls of the group are waiting already, an {@link IdempotencyKeyBusyException}
 *       says that nothing was done. A listener lets it pass, so that its message is delivered again later. Clients other than rmq-tx's own
 *       listener container count that as an attempt.
 * </ul>
 *
 * <p>The method must be called from outside its bean, through Spring's proxy; self-invocation is not intercepted. It
 * must be called outside of a transaction of the same manager, because a key that is not the first statement of its
 * transaction protects nothing: otherwise the call is refused with an {@code IllegalTransactionStateException}.
 * What is {@code @Transactional} inside joins, and so does {@link ReliableMessage} on the same method: its messages are
 * sent once, too.
 *
 * <p>Refused at start: a method that no proxy can intercept, a primitive return type (there would be no value for a
 * duplicate), an asynchronous method, a transaction of its own that does not join, an expression that does not parse
 * or names an unknown variable, and missing tables.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Idempotent {

    /**
     * The group within which a key is unique: for a listener its consumer group. Not an expression; {@code ${...}}
     * placeholders are resolved at start. Methods of one group share its keys, and a {@link ReliableListener} of that
     * group does, too.
     */
    String group();

    /**
     * An expression for the key, over the method's arguments by name (with {@code -parameters}) or by position, as in
     * {@code #p0}. At most 255 printable characters. One that yields {@code null} or unusable text fails the call with
     * an {@link InvalidMessageException} before anything happened. It is the developer's own text: nothing from a
     * message is ever evaluated.
     */
    String key();

    /** The bean name of the transaction manager; empty: the only or the primary one. */
    String transactionManager() default "";
}
