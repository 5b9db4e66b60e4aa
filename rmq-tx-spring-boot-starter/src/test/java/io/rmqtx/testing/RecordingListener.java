package io.rmqtx.testing;

import io.rmqtx.DeadLetter;
import io.rmqtx.MessageContext;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.RmqTxListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what happened, for tests to wait for. */
public final class RecordingListener implements RmqTxListener {

    /** A half message that was ended. */
    public record End(String messageId, Decision decision, EndOutcome outcome) {}

    /** A check-back that was answered. */
    public record Check(String messageId, CheckBackAnswer answer, String reason) {}

    public final List<OutgoingMessage> halves = new CopyOnWriteArrayList<>();
    public final List<Throwable> halfFailures = new CopyOnWriteArrayList<>();
    public final List<List<String>> restarts = new CopyOnWriteArrayList<>();
    /**
     * Without those of calls that began anew, and without roll-backs of what has ended: on a busy machine a check-back
     * may come at any time, be faster than the call, or drop a copy that is left over.
     */
    public final List<End> ends = new CopyOnWriteArrayList<>();

    public final List<String> skipped = new CopyOnWriteArrayList<>();
    public final List<Check> checks = new CopyOnWriteArrayList<>();
    public final List<String> dropped = new CopyOnWriteArrayList<>();
    public final List<String> marked = new CopyOnWriteArrayList<>();
    public final List<String> lostMarks = new CopyOnWriteArrayList<>();
    public final List<MessageContext> consumed = new CopyOnWriteArrayList<>();
    public final List<MessageContext> duplicates = new CopyOnWriteArrayList<>();
    public final List<MessageContext> busy = new CopyOnWriteArrayList<>();
    public final List<MessageContext> failures = new CopyOnWriteArrayList<>();
    public final List<DeadLetter> deadLetters = new CopyOnWriteArrayList<>();

    public final List<String> published = new CopyOnWriteArrayList<>();
    public final List<String> publishFailures = new CopyOnWriteArrayList<>();
    public final List<String> publishRefusals = new CopyOnWriteArrayList<>();
    public final List<String> dead = new CopyOnWriteArrayList<>();
    public final List<String> overflowed = new CopyOnWriteArrayList<>();
    public final List<String> outboxed = new CopyOnWriteArrayList<>();

    @Override
    public void published(String topic, List<String> messageIds) {
        published.addAll(messageIds);
    }

    @Override
    public void publishFailed(List<String> messageIds, String reason) {
        publishFailures.addAll(messageIds);
    }

    @Override
    public void publishRefused(String messageId, String reason) {
        publishRefusals.add(messageId);
    }

    @Override
    public void messageDead(String messageId, String reason) {
        dead.add(messageId);
    }

    @Override
    public void dispatchOverflowed(String messageId) {
        overflowed.add(messageId);
    }

    @Override
    public void wentToOutbox(List<String> messageIds, String reason) {
        outboxed.addAll(messageIds);
    }

    @Override
    public void halfMessageSent(OutgoingMessage message) {
        halves.add(message);
    }

    @Override
    public void halfMessageFailed(OutgoingMessage message, Throwable cause) {
        halfFailures.add(cause);
    }

    @Override
    public synchronized void callRestarted(List<String> messageIds) {
        restarts.add(messageIds);
        ends.removeIf(this::isOfRestartedCall);
    }

    @Override
    public synchronized void transactionEnded(String messageId, Decision decision, EndOutcome outcome) {
        End end = new End(messageId, decision, outcome);
        boolean dropsCopy = decision == Decision.ROLLBACK
                && ends.stream().anyMatch(first -> first.messageId().equals(messageId));
        if (!dropsCopy && !isOfRestartedCall(end)) {
            ends.add(end);
        }
    }

    private boolean isOfRestartedCall(End end) {
        return restarts.stream().anyMatch(ids -> ids.contains(end.messageId()));
    }

    @Override
    public void endSkipped(String messageId, String reason) {
        skipped.add(messageId);
    }

    @Override
    public void checkBackAnswered(String messageId, CheckBackAnswer answer, String reason) {
        checks.add(new Check(messageId, answer, reason));
    }

    @Override
    public void checkBackDropped(String messageId) {
        dropped.add(messageId);
    }

    @Override
    public void marked(List<String> messageIds) {
        marked.addAll(messageIds);
    }

    @Override
    public void markLost(List<String> messageIds, String reason) {
        lostMarks.addAll(messageIds);
    }

    @Override
    public void consumed(MessageContext context) {
        consumed.add(context);
    }

    @Override
    public void duplicateRefused(MessageContext context, String key) {
        duplicates.add(context);
    }

    @Override
    public void keyBusy(MessageContext context, String key) {
        busy.add(context);
    }

    @Override
    public void attemptFailed(MessageContext context, Throwable cause) {
        failures.add(context);
    }

    @Override
    public void deadLetter(DeadLetter letter) {
        deadLetters.add(letter);
    }
}
