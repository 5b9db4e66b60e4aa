package io.rmqtx.spi;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one message table that are still to be published, and those that no longer are. Every method runs in a
 * short READ COMMITTED transaction of its own; all times are by the database's clock. Rows of other applications are left
 * alone.
 *
 * <p><b>Claims.</b> A row belongs to whoever claimed it until its next attempt is due; a claim is a number that its holder
 * chose at random, and 0 nobody's. Who fails to come back has perhaps sent it. A row is changed only by the holder of its
 * claim, or when it is published.
 */
public interface Backlog {

    /** How much to claim. */
    record Limit(int rows, long bytes) {}

    /**
     * A row that is claimed.
     *
     * @param message what to send; null if it cannot be read
     * @param unreadable why it cannot be read; null if it can
     * @param toBeAskedFor whether it may be visible already: its commit was not acknowledged, or somebody claimed it before
     *     and never said what came of it
     * @param seen whether that somebody had seen it in its topic
     * @param refusals how often the broker has refused it
     */
    record Claimed(
            String messageId,
            @Nullable OutgoingMessage message,
            @Nullable String unreadable,
            boolean toBeAskedFor,
            boolean seen,
            int refusals) {

        /** What it occupies in memory, roughly. */
        public long bytes() {
            return message == null ? 512 : message.body().length + 512L;
        }
    }

    /**
     * What is due.
     *
     * @param rows claimed rows without an order key, those first that are due longest
     * @param orderKeys keys that have due rows, which are not claimed
     */
    record Due(List<Claimed> rows, List<OrderKey> orderKeys) {}

    /**
     * What became of claiming an order key.
     *
     * @param rows its first rows, claimed, in their order
     * @param taken whether it has a first row, which somebody else has, or which has to wait
     */
    record OfKey(List<Claimed> rows, boolean taken) {}

    /** Messages of one topic that keep their order among themselves. */
    record OrderKey(String topic, String key) {}

    /**
     * Claims due rows, passing over those that others are just claiming.
     *
     * @param exceptTopics topics whose rows are left alone
     */
    Due claim(long owner, Duration lease, Limit limit, Collection<String> exceptTopics);

    /**
     * Claims the first rows of an order key, in their order: only while no earlier one is PENDING and somebody else's, or
     * DEAD. A row that another transaction has locked counts as somebody else's.
     */
    OfKey claimKey(OrderKey orderKey, long owner, Duration lease, Limit limit);

    /** In how many milliseconds the next row is due, at least 0; empty if none is PENDING. */
    OptionalLong nextDue();

    /** What is known of a row that is given back. */
    enum Knowledge {
        /** Nobody has sent it, or what was sent is certainly not stored. */
        NOT_SENT,
        /** It may be stored: the broker is asked before it is sent again. */
        PERHAPS_SENT,
        /** It was seen in its topic, without an acknowledgement: it is published if it is seen again. */
        SEEN
    }

    /**
     * Gives rows back, to be tried again after a wait: between {@code least} and {@code most}, and about as long from now
     * as they are old, which doubles the wait each time; less up to half of it at random.
     *
     * @param owner whose they are; 0 for rows that nobody has claimed
     * @return how many were still the owner's
     */
    int retryLater(
            Collection<String> messageIds,
            long owner,
            Knowledge knowledge,
            Duration least,
            Duration most,
            @Nullable String why);

    /**
     * Gives rows back that were not tried, because another one comes first: whoever has published that one may go on with
     * these at once. They are found due after a while, in case nobody does.
     */
    void release(Collection<String> messageIds, long owner, Knowledge knowledge);

    /**
     * Takes note that the broker refused a row.
     *
     * @param owner whose it is
     * @param refusals how often it has been refused now
     * @param dead whether it is given up
     * @param wait until it is tried again
     * @return false if it was no longer the owner's
     */
    boolean refused(String messageId, long owner, int refusals, boolean dead, Duration wait, String why);

    /** Deletes acknowledged rows of mode OUTBOX; those of the other mode are marked PUBLISHED. Only PENDING or DEAD ones. */
    int deletePublished(Collection<String> messageIds);

    /** The row as an operator sees it. */
    Optional<StoredMessage> read(String messageId);

    /** Has a row sent, or sent again, by the relay: from then on its mode is OUTBOX. CAS on that status. */
    boolean publishAgain(String messageId, MessageStatus from);

    /** Gives up a row that is DEAD, or PENDING, of mode OUTBOX and in nobody's hands. */
    boolean cancel(String messageId, String reason, Duration inHands);

    /**
     * Removes finished rows of a status that are older.
     *
     * @return how many were removed, {@code atMost} if there are more
     */
    int purge(MessageStatus status, Duration olderThan, int atMost);
}
