package io.rmqtx.spi;

import io.rmqtx.FencedTransactionException;
import io.rmqtx.MessageMode;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The message table of one database. Methods say in which transaction they run. All times are by the database's clock.
 */
public interface MessageLog {

    /**
     * Inserts the rows as PENDING, <b>in the current transaction</b> and due after {@code dueAfter}: all of them, or,
     * with an exception, none.
     *
     * @param maxAge a message whose id is older is refused, in the same statement
     * @throws AbortedMessageException if the key of one of them was taken by the fence
     * @throws FencedTransactionException if an id is older than {@code maxAge}
     */
    void insert(List<OutgoingMessage> messages, MessageMode mode, Duration maxAge, Duration dueAfter);

    /** Moves the next attempt of these rows to {@code dueAfter} from now, <b>in the current transaction</b>. */
    void postpone(Collection<String> messageIds, Duration dueAfter);

    /**
     * Makes these rows those of the relay, due after {@code dueAfter}, <b>in the current transaction</b>. Their half
     * messages, if there are any, are rolled back by check-backs.
     */
    void toOutbox(Collection<String> messageIds, Duration dueAfter);

    /** Which of these rows exist and are PENDING, read <b>in the current transaction</b>. */
    List<String> existing(Collection<String> messageIds);

    /** The row's state, read in a short READ COMMITTED transaction of its own, without a lock. */
    Optional<StoredStatus> find(String messageId);

    /**
     * Inserts an ABORTED row in a transaction of its own, so that the local transaction can never commit.
     *
     * @param lockWait how long to wait for an uncommitted row with this id; whole seconds, at least one
     * @return false if the key exists
     * @throws org.springframework.dao.DataAccessException if the wait was over, or anything else went wrong; then
     *     nothing is known
     */
    boolean fence(MessageId id, String topic, Duration lockWait);

    /**
     * Marks acknowledged messages PUBLISHED in a transaction of its own; only rows that are PENDING or DEAD change.
     *
     * @return how many changed
     */
    int markPublished(Collection<String> messageIds);
}
