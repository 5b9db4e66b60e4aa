package io.rmqtx.relay;

import io.rmqtx.spi.Backlog.Claimed;
import io.rmqtx.spi.Backlog.Knowledge;
import io.rmqtx.spi.Backlog.Limit;
import io.rmqtx.spi.Backlog.OfKey;
import io.rmqtx.spi.Backlog.OrderKey;
import io.rmqtx.spi.HalfMessageTransport.Visibility;
import io.rmqtx.spi.MessageTransport;
import io.rmqtx.spi.MessageTransport.Result;
import io.rmqtx.spi.MessageTransport.SendOutcome;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the first messages of an order key, one after the other: the next one is sent when the broker has acknowledged
 * the one before, and the first that fails ends it. Whoever has claimed the first rows of a key is the only one who may
 * send any of it; they are marked before he claims more.
 */
final class KeyPublisher {

    private static final int ROWS = 64;

    private static final long BYTES = 1 << 20;

    private final MessageTransport transport;
    private final TopicHealth health;
    private final PublishedMarker marker;
    private final Outcomes outcomes;
    private final RelayProperties properties;
    private final long owner;

    KeyPublisher(
            MessageTransport transport,
            TopicHealth health,
            PublishedMarker marker,
            Outcomes outcomes,
            RelayProperties properties,
            long owner) {
        this.transport = transport;
        this.health = health;
        this.marker = marker;
        this.outcomes = outcomes;
        this.properties = properties;
        this.owner = owner;
    }

    /** What to do about a key then. */
    enum Progress {
        /** There may be more that can be published now. */
        MORE,
        /** Somebody else is publishing it, or it has to wait. */
        TAKEN,
        /** Nothing is left to do, or it is blocked. */
        NOTHING,
        /** A message could not be published. */
        FAILED
    }

    /** Publishes some. */
    Progress publishSome(ReliableStore store, OrderKey key) {
        long deadline = System.nanoTime()
                + properties.lease().minus(properties.margin()).toNanos();
        OfKey claimed = store.backlog().claimKey(key, owner, properties.lease(), new Limit(ROWS, BYTES));
        List<Claimed> rows = claimed.rows();
        if (rows.isEmpty()) {
            return claimed.taken() ? Progress.TAKEN : Progress.NOTHING;
        }
        Map<String, Visibility> answers = look(rows);
        List<String> published = new ArrayList<>();
        Obstacle obstacle = null;
        for (Claimed row : rows) {
            obstacle = publish(store, row, answers.get(row.messageId()), deadline);
            if (obstacle != null) {
                break;
            }
            published.add(row.messageId());
        }
        if (!published.isEmpty()) {
            marker.markNow(store, published);
            outcomes.published(key.topic(), published);
        }
        if (obstacle != null) {
            handle(store, rows.subList(published.size(), rows.size()), answers, obstacle);
        }
        return obstacle == null ? Progress.MORE : Progress.FAILED;
    }

    /** Asks about all rows that may be visible, at once: after a crash they are many, and each answer takes a while. */
    private Map<String, Visibility> look(List<Claimed> rows) {
        Map<String, CompletableFuture<Visibility>> asked = new LinkedHashMap<>();
        for (Claimed row : rows) {
            if (row.toBeAskedFor() && row.message() != null) {
                asked.put(row.messageId(), transport.look(row.message()).toCompletableFuture());
            }
        }
        Map<String, Visibility> answers = new HashMap<>();
        asked.forEach((id, answer) -> answers.put(id, answer.join()));
        return answers;
    }

    /** Why a row was not published. */
    private sealed interface Obstacle {

        record LeaseOver() implements Obstacle {}

        record Unreadable() implements Obstacle {}

        record Seen() implements Obstacle {}

        record Refused(String reason) implements Obstacle {}

        record NotPublished(Knowledge knowledge, String reason) implements Obstacle {}
    }

    /** Null if it is published. */
    private @Nullable Obstacle publish(ReliableStore store, Claimed row, @Nullable Visibility visible, long deadline) {
        OutgoingMessage message = row.message();
        if (message == null) {
            return new Obstacle.Unreadable();
        }
        if (visible == Visibility.VISIBLE) {
            return row.seen() ? null : new Obstacle.Seen();
        }
        if (visible == Visibility.NOT_KNOWN) {
            return new Obstacle.NotPublished(Knowledge.PERHAPS_SENT, "not every broker said whether it is visible");
        }
        if (System.nanoTime() - deadline >= 0) {
            return new Obstacle.LeaseOver();
        }
        if (health.rest(message.topic(), System.nanoTime()) > 0) {
            return new Obstacle.NotPublished(known(row), "its topic could not be sent to a moment ago");
        }
        SendOutcome outcome = transport
                .send(List.of(message), List.of(store.id()), properties.sendTimeout())
                .toCompletableFuture()
                .join();
        return obstacle(message.topic(), row, outcome);
    }

    private @Nullable Obstacle obstacle(String topic, Claimed row, SendOutcome outcome) {
        String reason = outcome.reason();
        long now = System.nanoTime();
        switch (outcome.result()) {
            case ACKNOWLEDGED -> {
                health.succeeded(topic, now);
                return null;
            }
            case REFUSED -> {
                return new Obstacle.Refused(reason);
            }
            case STORED_UNSAFELY -> health.succeeded(topic, now);
            case NOT_STORED, UNKNOWN -> {
                health.failed(topic, now);
                outcomes.failing(topic, List.of(row.messageId()), reason);
            }
        }
        boolean certain = outcome.result() == Result.NOT_STORED;
        return new Obstacle.NotPublished(certain ? known(row) : Knowledge.PERHAPS_SENT, reason);
    }

    private void handle(
            ReliableStore store, List<Claimed> unpublished, Map<String, Visibility> answers, Obstacle obstacle) {
        Claimed first = unpublished.get(0);
        List<Claimed> behind = unpublished.subList(1, unpublished.size());
        if (obstacle instanceof Obstacle.Unreadable) {
            outcomes.refusals().unreadable(store, first, owner);
        } else if (obstacle instanceof Obstacle.Refused refused) {
            boolean unused = outcomes.refusals()
                    .refused(store, first.messageId(), owner, first.refusals() + 1, refused.reason());
        } else if (obstacle instanceof Obstacle.NotPublished failed) {
            int unused = store.backlog()
                    .retryLater(
                            List.of(first.messageId()),
                            owner,
                            failed.knowledge(),
                            properties.retryAfter(),
                            properties.maxRetryAfter(),
                            failed.reason());
        } else if (obstacle instanceof Obstacle.Seen) {
            behind = waitForAllThatAreVisible(store, unpublished, answers);
        } else {
            behind = unpublished;
        }
        for (Knowledge knowledge : Knowledge.values()) {
            List<String> ids = behind.stream()
                    .filter(row -> known(row) == knowledge)
                    .map(Claimed::messageId)
                    .toList();
            if (!ids.isEmpty()) {
                store.backlog().release(ids, owner, knowledge);
            }
        }
    }

    /** One wait for all of them, after which they count together. The others are returned. */
    private List<Claimed> waitForAllThatAreVisible(
            ReliableStore store, List<Claimed> rows, Map<String, Visibility> answers) {
        List<String> visible = rows.stream()
                .map(Claimed::messageId)
                .filter(id -> answers.get(id) == Visibility.VISIBLE)
                .toList();
        Duration wait = properties.untilSeenAgain();
        int unused = store.backlog().retryLater(visible, owner, Knowledge.SEEN, wait, wait, null);
        return rows.stream().filter(row -> !visible.contains(row.messageId())).toList();
    }

    private static Knowledge known(Claimed row) {
        return row.seen() ? Knowledge.SEEN : row.toBeAskedFor() ? Knowledge.PERHAPS_SENT : Knowledge.NOT_SENT;
    }
}
