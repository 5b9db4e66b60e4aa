package io.rmqtx.producer;

import io.rmqtx.spi.HalfMessageTransport.HalfMessage;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import java.util.ArrayList;
import java.util.List;

/** One call of an annotated method, from the outer advice to the end of its transaction. Used by one thread at a time. */
final class MessageCall {

    private final AnnotatedMethod method;
    private final ReliableStore store;
    private final List<OutgoingMessage> messages;
    private final boolean joined;
    private final long startedAt = System.nanoTime();
    private final List<HalfMessage> halves;
    private boolean enlisted;

    MessageCall(AnnotatedMethod method, ReliableStore store, List<OutgoingMessage> messages, boolean joined) {
        this.method = method;
        this.store = store;
        this.messages = messages;
        this.joined = joined;
        this.halves = new ArrayList<>(messages.size());
    }

    AnnotatedMethod method() {
        return method;
    }

    ReliableStore store() {
        return store;
    }

    List<OutgoingMessage> messages() {
        return messages;
    }

    List<String> messageIds() {
        return messages.stream().map(message -> message.id().value()).toList();
    }

    /** Whether no condition held, so that there is nothing to send. */
    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Whether it joins an outer transaction, so that its half messages are sent just before the commit. */
    boolean isJoined() {
        return joined;
    }

    /** The half messages sent so far, in the order of the messages. */
    List<HalfMessage> halves() {
        return halves;
    }

    long nanosSinceStart() {
        return System.nanoTime() - startedAt;
    }

    /** Whether a transaction has taken over: its end decides. */
    boolean isEnlisted() {
        return enlisted;
    }

    void enlisted() {
        enlisted = true;
    }
}
