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
    private long enlistedAt;

    MessageCall(CallSettings settings, ReliableStore store, boolean joined, MessageMaker maker) {
        this.settings = settings;
        this.store = store;
        this.joined = joined;
        this.duringCommit = joined && store.transactionPhase() == TransactionPhase.COMMITTING;
        this.maker = maker;
    }

    CallSettings settings() {
        return settings;
    }

    ReliableStore store() {
        return store;
    }

    /** Makes the messages. */
    void makeMessages(@Nullable Object result) {
        messages = maker.make(result);
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
        return settings.half() == HalfMessageTiming.EARLY
                || (settings.half() == HalfMessageTiming.AUTO && (!joined || duringCommit));
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
        enlistedAt = System.nanoTime();
    }

    /** How long ago its rows were written. */
    long nanosSinceEnlisted() {
        return System.nanoTime() - enlistedAt;
    }
}
