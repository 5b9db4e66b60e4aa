package io.rmqtx.relay;

import io.rmqtx.spi.Backlog;
import io.rmqtx.spi.Backlog.Claimed;
import io.rmqtx.spi.Backlog.Limit;
import io.rmqtx.spi.Backlog.OfKey;
import io.rmqtx.spi.Backlog.OrderKey;
import io.rmqtx.spi.HalfMessageTransport.Visibility;
import io.rmqtx.spi.MessageTransport;
import io.rmqtx.spi.MessageTransport.Result;
import io.rmqtx.spi.MessageTransport.SendOutcome;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.RmqTxListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the first messages of an order key, one after the other: the next one is sent when the broker has acknowledged
 * the one before, and the first that fails ends it. Whoever has claimed the first rows of a key is the only one who may
 * send any of it; they are marked before he claims more.
 */
final class KeyPublisher {

    private static final int ROWS = 64;

    private static final long BYTES = 1 << 20;

    /** Those behind a row that has to wait. */
    private static final Duration BEHIND_AT_LEAST = Duration.ofSeconds(5);

    private static final Duration BEHIND_AT_MOST = Duration.ofMinutes(10);

    private final MessageTransport transport;
    private final TopicHealth health;
    private final PublishedMarker marker;
    private final Outcomes outcomes;
    private final RmqTxListener events;
    private final RelayProperties properties;
    private final long owner;

    KeyPublisher(
            MessageTransport transport,
            TopicHealth health,
            PublishedMarker marker,
            Outcomes outcomes,
            RmqTxListener events,
            RelayProperties properties,
            long owner) {
        this.transport = transport;
        this.health = health;
        this.marker = marker;
        this.outcomes = outcomes;
        this.events = events;
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
                + properties.lease().minus(properties.sendTimeout()).toNanos();
        OfKey claimed = store.backlog().claimKey(key, owner, properties.lease(), new Limit(ROWS, BYTES));
        List<Claimed> rows = claimed.rows();
        if (rows.isEmpty()) {
            return claimed.taken() ? Progress.TAKEN : Progress.NOTHING;
        }
        List<String> published = new ArrayList<>();
        Obstacle obstacle = null;
        int position = 0;
        for (Claimed row : rows) {
            obstacle = System.nanoTime() - deadline >= 0 ? new Obstacle.LeaseOver() : publish(store, row);
            if (obstacle != null) {
                break;
            }
            published.add(row.messageId());
            position++;
        }
        if (!published.isEmpty()) {
            marker.markNow(store, published);
            events.published(key.topic(), published);
        }
        if (obstacle != null) {
            handle(store, rows.subList(position, rows.size()), obstacle);
        }
        return obstacle == null ? Progress.MORE : Progress.FAILED;
    }

    /** Why a row was not published. */
    private sealed interface Obstacle {

        record LeaseOver() implements Obstacle {}

        record Unreadable() implements Obstacle {}

        record Seen() implements Obstacle {}

        record Refused(String reason) implements Obstacle {}

        record NotStored(String reason) implements Obstacle {}

        record NotKnown(String reason) implements Obstacle {}
    }

    /** Null if it is published. */
    private @Nullable Obstacle publish(ReliableStore store, Claimed row) {
        OutgoingMessage message = row.message();
        if (message == null) {
            return new Obstacle.Unreadable();
        }
        String topic = message.topic();
        if (health.rest(topic, System.nanoTime()) > 0) {
            return new Obstacle.NotStored("its topic could not be sent to a moment ago");
        }
        if (row.toBeAskedFor()) {
            Visibility said = transport
                    .look(topic, row.messageId(), message.id().createdAt())
                    .toCompletableFuture()
                    .join();
            if (said == Visibility.VISIBLE) {
                return row.seen() ? null : new Obstacle.Seen();
            }
            if (said == Visibility.NOT_KNOWN) {
                return new Obstacle.NotKnown("not every broker said whether it is visible");
            }
        }
        SendOutcome outcome = transport
                .send(List.of(message), List.of(store.id()), properties.sendTimeout())
                .toCompletableFuture()
                .join();
        return obstacle(topic, row, outcome);
    }

    private @Nullable Obstacle obstacle(String topic, Claimed row, SendOutcome outcome) {
        if (outcome.result() == Result.ACKNOWLEDGED) {
            health.succeeded(topic, System.nanoTime());
            return null;
        }
        if (outcome.result() == Result.REFUSED) {
            return new Obstacle.Refused(outcome.reason());
        }
        health.failed(topic, System.nanoTime());
        outcomes.failing(topic, List.of(row.messageId()), outcome.reason());
        return outcome.result() == Result.NOT_STORED
                ? new Obstacle.NotStored(outcome.reason())
                : new Obstacle.NotKnown(outcome.reason());
    }

    private void handle(ReliableStore store, List<Claimed> unpublished, Obstacle obstacle) {
        Claimed first = unpublished.get(0);
        if (obstacle instanceof Obstacle.Unreadable) {
            outcomes.refusals().unreadable(store, first, owner);
        } else if (obstacle instanceof Obstacle.Refused refused) {
            boolean unused = outcomes.refusals()
                    .refused(store, first.messageId(), owner, first.refusals() + 1, refused.reason());
        } else if (obstacle instanceof Obstacle.Seen) {
            Duration wait = properties.flushInterval().multipliedBy(2); // of which half may be taken off
            retryLater(store, first, Backlog.SEEN, wait, wait, null);
        } else if (obstacle instanceof Obstacle.NotKnown unknown) {
            retryLater(store, first, owner, properties.retryAfter(), properties.maxRetryAfter(), unknown.reason());
        } else if (obstacle instanceof Obstacle.NotStored notStored) {
            long then = first.toBeAskedFor() ? owner : 0;
            retryLater(store, first, then, properties.retryAfter(), properties.maxRetryAfter(), notStored.reason());
        } else {
            retryLater(store, first, first.toBeAskedFor() ? owner : 0, Duration.ZERO, Duration.ZERO, null);
        }
        release(store, unpublished.subList(1, unpublished.size()));
    }

    private void retryLater(
            ReliableStore store, Claimed row, long then, Duration least, Duration most, @Nullable String why) {
        int unused = store.backlog().retryLater(List.of(row.messageId()), owner, then, least, most, why);
    }

    /** Nobody has sent these in this turn; what was uncertain of them stays so. */
    private void release(ReliableStore store, List<Claimed> rows) {
        release(store, rows.stream().filter(row -> !row.toBeAskedFor()).toList(), 0);
        release(store, rows.stream().filter(Claimed::toBeAskedFor).toList(), owner);
    }

    private void release(ReliableStore store, List<Claimed> rows, long then) {
        if (!rows.isEmpty()) {
            List<String> ids = rows.stream().map(Claimed::messageId).toList();
            int unused = store.backlog().retryLater(ids, owner, then, BEHIND_AT_LEAST, BEHIND_AT_MOST, null);
        }
    }
}
