package io.rmqtx.relay;

import io.rmqtx.spi.Backlog.Claimed;
import io.rmqtx.spi.Backlog.Knowledge;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.RmqTxListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is written down of a send. Acknowledged messages go to the marker; everything else is written by a thread of its
 * own, so that neither the client's threads nor the dispatch wait for the database. What cannot be written is found out
 * when the lease is over.
 */
final class Outcomes {

    private static final Logger log = LoggerFactory.getLogger(Outcomes.class);

    private final PublishedMarker marker;
    private final RmqTxListener events;
    private final RelayProperties properties;
    private final ExecutorService writer;
    private final Refusals refusals;
    private final OutageLog outages = new OutageLog();

    Outcomes(PublishedMarker marker, RmqTxListener events, RelayProperties properties, ExecutorService writer) {
        this.marker = marker;
        this.events = events;
        this.properties = properties;
        this.writer = writer;
        this.refusals = new Refusals(events, properties);
    }

    void acknowledged(List<Parcel> parcels) {
        published(parcels.get(0).message().topic(), ids(parcels));
        marker.acknowledged(parcels);
    }

    /** Told, and said if the topic could not be sent to before. */
    void published(String topic, List<String> messageIds) {
        events.published(topic, messageIds);
        outages.over(topic);
    }

    /** Said and counted; what becomes of the parcels is told separately. */
    void failing(String topic, List<String> messageIds, String reason) {
        events.publishFailed(messageIds, reason);
        outages.failing(topic, reason);
    }

    /** They were given up before a send began: their lease is nearly over, or the relay stops. */
    void notSent(List<Parcel> parcels) {
        giveBack(parcels, Duration.ZERO, Duration.ZERO, null);
    }

    /** They are certainly not stored, and that is not their fault. */
    void notStored(List<Parcel> parcels, String reason) {
        giveBack(parcels, properties.retryAfter(), properties.maxRetryAfter(), reason);
    }

    /** New ones will be due soon, and nothing needs to be written for them. */
    private void giveBack(List<Parcel> parcels, Duration least, Duration most, @Nullable String why) {
        parcels.stream().filter(Parcel::isFresh).forEach(Parcel::finished);
        List<Parcel> claimed =
                parcels.stream().filter(parcel -> !parcel.isFresh()).toList();
        if (!claimed.isEmpty()) {
            write(claimed, () -> retryLater(claimed, Knowledge.NOT_SENT, least, most, why));
        }
    }

    /** They may be stored: before they are sent again, the broker is asked. */
    void perhapsSent(List<Parcel> parcels, String reason) {
        stillUncertain(parcels, properties.retryAfter(), properties.maxRetryAfter(), reason);
    }

    /** It was seen in its topic, but not acknowledged: it counts when it is seen again, after a flush. */
    void seen(Parcel parcel) {
        Duration wait = properties.untilSeenAgain();
        write(List.of(parcel), () -> retryLater(List.of(parcel), Knowledge.SEEN, wait, wait, null));
    }

    /** Nothing is known that was not known before. */
    void stillUncertain(List<Parcel> parcels, Duration least, Duration most, @Nullable String why) {
        write(parcels, () -> retryLater(parcels, Knowledge.PERHAPS_SENT, least, most, why));
    }

    void refused(Parcel parcel, String reason) {
        write(List.of(parcel), () -> {
            boolean unused =
                    refusals.refused(parcel.store(), parcel.id(), parcel.owner(), parcel.refusals() + 1, reason);
        });
    }

    /** A row that cannot be read is its own affair. */
    void unreadable(ReliableStore store, Claimed row, long owner) {
        write(List.of(), () -> refusals.unreadable(store, row, owner));
    }

    Refusals refusals() {
        return refusals;
    }

    private void retryLater(
            List<Parcel> parcels, Knowledge knowledge, Duration least, Duration most, @Nullable String why) {
        Map<Key, List<String>> groups = new LinkedHashMap<>();
        for (Parcel parcel : parcels) {
            groups.computeIfAbsent(new Key(parcel.store(), parcel.owner()), key -> new ArrayList<>())
                    .add(parcel.id());
        }
        groups.forEach((key, ids) -> {
            int unused = key.store().backlog().retryLater(ids, key.owner(), knowledge, least, most, why);
        });
    }

    private record Key(ReliableStore store, long owner) {}

    private void write(List<Parcel> parcels, Runnable statement) {
        try {
            writer.execute(() -> {
                try {
                    statement.run();
                } catch (RuntimeException e) {
                    log.warn("What came of messages {} could not be written; their leases will end", ids(parcels), e);
                } finally {
                    parcels.forEach(Parcel::finished);
                }
            });
        } catch (RejectedExecutionException e) { // stopped meanwhile
            parcels.forEach(Parcel::finished);
        }
    }

    static List<String> ids(List<Parcel> parcels) {
        return parcels.stream().map(Parcel::id).toList();
    }
}
