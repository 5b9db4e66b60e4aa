package io.rmqtx.interleaving;

import io.rmqtx.spi.CheckBackHandler;
import io.rmqtx.spi.CheckBackHandler.CheckBack;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.OutgoingMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What matters of a broker, in memory, so that thousands of orders of events can be tried in a minute. That the real
 * broker behaves so is shown by the tests that run on it.
 *
 * <ul>
 *   <li>A half message is kept until its newest copy is ended; every check makes a fresh copy and asks about that one.
 *   <li>Whoever knows a copy can end it, also one that is not the newest, and also twice: every COMMIT makes a message.
 *   <li>A request for an end arrives when the network pleases; its answer comes at once, or never.
 * </ul>
 *
 * <p>It also watches: it is told what has committed, and takes note of what breaks a promise the moment it does.
 */
final class ModelBroker implements HalfMessageTransport {

    /** What becomes of requests that end half messages. */
    enum Ends {
        /** Executed when they arrive, and answered. */
        ANSWERED,
        /** Their sender has given up waiting before they arrive, and are executed. */
        LATE,
        /** They never arrive; their sender gives up. */
        LOST
    }

    /** One copy of a half message; equal to itself only. */
    private static final class Copy implements HalfMessage {

        private final OutgoingMessage message;
        private final boolean checked;

        Copy(OutgoingMessage message, boolean checked) {
            this.message = message;
            this.checked = checked;
        }

        @Override
        public String messageId() {
            return message.id().value();
        }

        @Override
        public String topic() {
            return message.topic();
        }
    }

    private record Half(OutgoingMessage message, String storeId, List<Copy> copies) {

        Copy newest() {
            return copies.get(copies.size() - 1);
        }

        Copy addCopy(boolean checked) {
            Copy copy = new Copy(message, checked);
            copies.add(copy);
            return copy;
        }
    }

    private final List<Half> halves = new ArrayList<>();
    private final Set<Copy> ended = new HashSet<>();
    private final Map<String, Integer> visible = new LinkedHashMap<>();
    private final Set<String> committed = new HashSet<>();
    private final Set<String> promisedRollBack = new HashSet<>();
    private final List<String> broken = new ArrayList<>();
    private final Map<Actors.Actor, Deque<Runnable>> underWay = new LinkedHashMap<>();
    private Ends ends = Ends.ANSWERED;
    private int acknowledgedCommits;
    private @Nullable CheckBackHandler handler;

    /** Forgets everything. */
    synchronized void reset(Ends newEnds) {
        halves.clear();
        ended.clear();
        visible.clear();
        committed.clear();
        promisedRollBack.clear();
        broken.clear();
        underWay.clear();
        ends = newEnds;
        acknowledgedCommits = 0;
    }

    @Override
    public void start(Set<String> topics, CheckBackHandler checkBacks) {
        handler = checkBacks;
    }

    @Override
    public void stop() {}

    @Override
    public void checkTopic(String topic) {}

    @Override
    public void checkMessage(OutgoingMessage message) {}

    @Override
    public synchronized HalfMessage sendHalf(OutgoingMessage message, String storeId, Duration timeout) {
        Half half = new Half(message, storeId, new ArrayList<>());
        halves.add(half);
        return half.addCopy(false);
    }

    /** A check of the oldest half message that is not ended: makes a fresh copy. Null if there is nothing to ask. */
    synchronized @Nullable Runnable nextCheck() {
        CheckBackHandler answering = Objects.requireNonNull(handler);
        for (Half half : halves) {
            if (!ended.contains(half.newest())) {
                CheckBack check = new CheckBack(
                        half.addCopy(true), half.storeId(), half.message().id().createdAt());
                return () -> answering.check(check);
            }
        }
        return null;
    }

    @Override
    public CompletionStage<EndOutcome> end(HalfMessage half, Decision decision) {
        Copy copy = (Copy) half;
        Actors.Actor sender = Actors.current();
        Ends fate;
        synchronized (this) {
            fate = ends;
        }
        if (sender == null || (copy.checked && fate == Ends.ANSWERED)) {
            Actors.pause(decision.name()); // the check-back waits for the answer
            execute(copy, decision, true);
            return CompletableFuture.completedFuture(EndOutcome.ACKNOWLEDGED);
        }
        CompletableFuture<EndOutcome> answer = new CompletableFuture<>();
        if (fate != Ends.ANSWERED) {
            answer.complete(EndOutcome.UNKNOWN);
        }
        if (fate != Ends.LOST) {
            synchronized (this) {
                underWay.computeIfAbsent(sender, actor -> new ArrayDeque<>()).add(() -> {
                    execute(copy, decision, fate == Ends.ANSWERED);
                    answer.complete(EndOutcome.ACKNOWLEDGED);
                });
            }
        }
        return answer;
    }

    private synchronized void execute(Copy copy, Decision decision, boolean acknowledged) {
        String id = copy.messageId();
        ended.add(copy);
        if (decision == Decision.COMMIT) {
            visible.merge(id, 1, Integer::sum);
            if (acknowledged) {
                acknowledgedCommits++;
            }
            if (!committed.contains(id)) {
                broken.add("P1: visible, but its transaction has not committed");
            }
        } else if (copy.checked && !visible.containsKey(id)) {
            promisedRollBack.add(id);
            if (committed.contains(id)) {
                broken.add("P1: a check-back rolls back what has committed and is not visible");
            }
        }
    }

    /** What this sender has sent first arrives; false if nothing of its is under way. */
    boolean deliver(Actors.Actor sender) {
        Runnable first;
        synchronized (this) {
            Deque<Runnable> waiting = underWay.get(sender);
            first = waiting == null ? null : waiting.poll();
        }
        if (first == null) {
            return false;
        }
        first.run();
        return true;
    }

    @Override
    public Visibility visible(String topic, String messageId, Instant createdAt) {
        Actors.pause("visible?");
        synchronized (this) {
            return visible.containsKey(messageId) ? Visibility.VISIBLE : Visibility.NOT_VISIBLE;
        }
    }

    /** A local transaction has committed. */
    synchronized void committed(String messageId) {
        committed.add(messageId);
        if (promisedRollBack.contains(messageId)) {
            broken.add("P3: committed after a check-back was answered with \"roll back\"");
        }
    }

    /** From here on every request arrives at once and is answered. */
    synchronized void calm() {
        ends = Ends.ANSWERED;
    }

    synchronized int acknowledgedCommits() {
        return acknowledgedCommits;
    }

    synchronized Set<String> messageIds() {
        Set<String> ids = new LinkedHashSet<>();
        halves.forEach(half -> ids.add(half.message().id().value()));
        return ids;
    }

    synchronized boolean hasCommitted(String messageId) {
        return committed.contains(messageId);
    }

    synchronized int copiesVisible(String messageId) {
        return visible.getOrDefault(messageId, 0);
    }

    /** The promises that were broken so far. */
    synchronized List<String> broken() {
        return List.copyOf(broken);
    }
}
