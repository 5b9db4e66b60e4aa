package io.rmqtx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages as {@link ReliableMessage} does, for code that cannot be annotated: what is sent is decided while
 * it runs, or several topics, or a number of messages that is not known before.
 *
 * <p>The guarantees and limits are those of the annotation: the messages become visible if, and only if, the local
 * transaction commits. A bean of this type is there wherever the annotation works; it may be used by any number of
 * threads.
 *
 * <p>The topics must be known at start, because a producer is asked about a half message only at brokers that it is
 * registered with: those of annotated methods are, others are listed in {@code rmq-tx.producer.topics}.
 *
 * <p>Exceptions of every method: {@link InvalidMessageException} if a message can never be sent, {@link
 * MessageSendException} if the broker is away, {@link RmqTxConfigurationException} if there is no such transaction
 * manager. Of each, nothing has been written or sent, or the transaction is rolled back.
 */
public interface ReliableMessageTemplate {

    /**
     * Adds a message to the transaction that is active on this thread. The transaction log row is written now; the half
     * message is sent just before the commit.
     *
     * @return the message id
     * @throws org.springframework.transaction.IllegalTransactionStateException if none of the manager's transactions is
     *     active; nothing is sent without one
     */
    default String send(NewMessage message) {
        return send(List.of(message)).get(0);
    }

    /**
     * The same for several messages, in one statement: all of them are published, or none.
     *
     * @return the message ids, in the same order
     */
    List<String> send(List<NewMessage> messages);

    /**
     * Runs business code and publishes a message if its transaction commits. Without an active transaction the half
     * message is sent first, before a connection is taken; then a transaction is opened, with Spring's default rules
     * for roll-back. In an active transaction the code joins it.
     *
     * @return what the code returns
     * @throws E what the code throws
     */
    default <T extends @Nullable Object, E extends Exception> T execute(NewMessage message, Business<T, E> business)
            throws E {
        return execute(List.of(message), business);
    }

    /** The same for several messages: all of them are published, or none. */
    <T extends @Nullable Object, E extends Exception> T execute(List<NewMessage> messages, Business<T, E> business)
            throws E;

    /**
     * The template whose messages are of mode {@link MessageMode#OUTBOX}: they are sent after the commit, may be ordered
     * and delayed, and need no broker. Their rows are written by {@link #send} at once, and by {@link #execute} when the
     * code has run.
     */
    ReliableMessageTemplate outbox();

    /**
     * The template for the database of another transaction manager.
     *
     * @param beanName the manager's
     */
    ReliableMessageTemplate withTransactionManager(String beanName);

    /** Code that runs in a transaction. */
    @FunctionalInterface
    interface Business<T extends @Nullable Object, E extends Exception> {

        /** Runs it. */
        T run() throws E;
    }
}
