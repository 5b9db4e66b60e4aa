package io.rmqtx.chaos.service;

import io.rmqtx.spi.Backlog;
import io.rmqtx.spi.MessageStatus;
import io.rmqtx.spi.StoredMessage;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The backlog's port, with a point behind each claim of others' rows. */
record HookedBacklog(Backlog real) implements Backlog {

    @Override
    public Due claim(long owner, Duration lease, Limit limit, Collection<String> exceptTopics) {
        Due due = real.claim(owner, lease, limit, exceptTopics);
        claimed(due.rows());
        return due;
    }

    @Override
    public OfKey claimKey(OrderKey orderKey, long owner, Duration lease, Limit limit) {
        OfKey claimed = real.claimKey(orderKey, owner, lease, limit);
        claimed(claimed.rows());
        return claimed;
    }

    private static void claimed(List<Claimed> rows) {
        if (rows.stream().anyMatch(row -> !OwnMessages.contains(row.messageId()))) {
            Hooks.at(CrashPoint.RELAY_AFTER_CLAIM);
        }
    }

    @Override
    public OptionalLong nextDue() {
        return real.nextDue();
    }

    @Override
    public int retryLater(
            Collection<String> messageIds,
            long owner,
            Knowledge knowledge,
            Duration least,
            Duration most,
            @Nullable String why) {
        return real.retryLater(messageIds, owner, knowledge, least, most, why);
    }

    @Override
    public void release(Collection<String> messageIds, long owner, Knowledge knowledge) {
        real.release(messageIds, owner, knowledge);
    }

    @Override
    public boolean refused(String messageId, long owner, int refusals, boolean dead, Duration wait, String why) {
        return real.refused(messageId, owner, refusals, dead, wait, why);
    }

    @Override
    public int deletePublished(Collection<String> messageIds) {
        return real.deletePublished(messageIds);
    }

    @Override
    public Optional<StoredMessage> read(String messageId) {
        return real.read(messageId);
    }

    @Override
    public boolean publishAgain(String messageId, MessageStatus from) {
        return real.publishAgain(messageId, from);
    }

    @Override
    public boolean cancel(String messageId, String reason, Duration inHands) {
        return real.cancel(messageId, reason, inHands);
    }

    @Override
    public int purge(MessageStatus status, Duration olderThan, int atMost) {
        return real.purge(status, olderThan, atMost);
    }
}
