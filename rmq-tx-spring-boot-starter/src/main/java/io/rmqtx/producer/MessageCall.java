package io.rmqtx.producer;

import io.rmqtx.HalfMessageTiming;
import io.rmqtx.spi.HalfMessageTransport.HalfMessage;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.TransactionPhase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One call that publishes messages, from the outer step to the end of its transaction. Used by one thread at a time. */
final class MessageCall {

    private final CallSettings settings;
    private final ReliableStore store;
    private final boolean joined;
    private final boolean duringCommit;
    private final MessageMaker maker;
    private final List<HalfMessage> halves = new ArrayList<>(1);
    private List<OutgoingMessage> messages = List.of();
    private List<String> messageIds = List.of();
    private boolean entered;
    private boolean enlisted;
    private long writtenAt;
    private boolean outbox;
    private @Nullable Object result;

    MessageCall(CallSettings settings, ReliableStore store, boolean joined, MessageMaker maker) {
        this.settings = settings;
        this.store = store;
        this.joined = joined;
        this.duringCommit = joined && store.transactionPhase() == TransactionPhase.COMMITTING;
        this.maker = maker;
        this.outbox = settings.isOutbox();
    }

    CallSettings settings() {
        return settings;
    }

    ReliableStore store() {
        return store;
    }

    /** Makes the messages. */
    void makeMessages(@Nullable Object methodResult) {
        result = methodResult;
        messages = maker.make(methodResult);
        messageIds = messages.stream().map(message -> message.id().value()).toList();
    }

    /** The messages; none before they are made, or where no condition held. */
    List<OutgoingMessage> messages() {
        return messages;
    }

    List<String> messageIds() {
        return messageIds;
    }

    /** Whether it joins a transaction that was active before it. */
    boolean isJoined() {
        return joined;
    }

    /**
     * Whether it was made while its transaction is already being committed, by a synchronization: ours may not be asked
     * any more, so its half messages are sent before its rows are written.
     */
    boolean isDuringCommit() {
        return duringCommit;
    }

    /** Whether its half messages are sent before the method runs, rather than just before the commit. */
    boolean isEarly() {
        return !outbox
                && (settings.half() == HalfMessageTiming.EARLY
                        || (settings.half() == HalfMessageTiming.AUTO && (!joined || duringCommit)));
    }

    /** Whether its messages are of mode OUTBOX, by its settings or because the broker is away. */
    boolean isOutbox() {
        return outbox;
    }

    /**
     * Goes on without half messages. Where no row is written yet, under new ids: a half message that was stored after all
     * is fenced by its check-back, and under the same id that fence would make this call fail.
     */
    void goToOutbox() {
        outbox = true;
        if (!enlisted) {
            makeMessages(result);
        }
    }

    /** Whether a database connection waits while its half messages are sent. */
    boolean holdsConnection() {
        return joined || !isEarly();
    }

    /** The half messages sent so far, in the order of the messages. */
    List<HalfMessage> halves() {
        return halves;
    }

    /** Whether the inner step has begun. */
    boolean isEntered() {
        return entered;
    }

    void entered() {
        entered = true;
    }

    /** Whether a transaction has taken over: its end decides. */
    boolean isEnlisted() {
        return enlisted;
    }

    void enlisted() {
        enlisted = true;
    }

    /** Takes note of the time before its rows are written, or postponed: from then on counts when they are due. */
    void writingRows() {
        writtenAt = System.nanoTime();
    }

    /** When its rows were written, or postponed, by {@link System#nanoTime()}. */
    long writtenAt() {
        return writtenAt;
    }
}
