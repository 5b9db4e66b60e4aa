package io.rmqtx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the message ids of {@link ReliableMessage} calls available to the code around them.
 *
 * <pre>{@code
 * try (MessageIds ids = MessageIds.record()) {
 *     orders.place(order);
 *     return ids.single();
 * }
 * }</pre>
 *
 * <p>Records the calls that complete normally on the current thread while it is open; recordings nest. An id is
 * recorded when the annotated method returns: inside an outer transaction, whether that one commits is decided later.
 */
public final class MessageIds implements AutoCloseable {

    private static final ThreadLocal<@Nullable Deque<MessageIds>> OPEN = new ThreadLocal<>();

    private final List<String> ids = new ArrayList<>();

    private MessageIds() {}

    /** Starts to record on this thread, until {@link #close()}. */
    public static MessageIds record() {
        Deque<MessageIds> open = OPEN.get();
        if (open == null) {
            open = new ArrayDeque<>(2);
            OPEN.set(open);
        }
        MessageIds recording = new MessageIds();
        open.push(recording);
        return recording;
    }

    /** Adds the ids of one call to every recording that is open on this thread; called by rmq-tx. */
    public static void add(List<String> idsOfCall) {
        Deque<MessageIds> open = OPEN.get();
        if (open != null) {
            open.forEach(recording -> recording.ids.addAll(idsOfCall));
        }
    }

    /** The ids recorded so far, in the order of the calls. */
    public List<String> all() {
        return List.copyOf(ids);
    }

    /**
     * The id of the only message.
     *
     * @throws IllegalStateException if there was none (for instance because of a {@code condition}), or several
     */
    public String single() {
        if (ids.size() != 1) {
            throw new IllegalStateException("MessageIds.single() needs exactly one message, but " + ids.size()
                    + " were recorded. Use all() where a call sends none or several.");
        }
        return ids.get(0);
    }

    /** Ends the recording. */
    @Override
    public void close() {
        Deque<MessageIds> open = OPEN.get();
        if (open != null) {
            open.remove(this);
            if (open.isEmpty()) {
                OPEN.remove();
            }
        }
    }
}
