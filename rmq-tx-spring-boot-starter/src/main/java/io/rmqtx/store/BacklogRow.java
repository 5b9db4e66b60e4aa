package io.rmqtx.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.rmqtx.MessageMode;
import io.rmqtx.spi.Backlog.Claimed;
import io.rmqtx.spi.Backlog.Knowledge;
import io.rmqtx.spi.DeliveryTime;
import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.OutgoingMessage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A pending row without its payload. */
record BacklogRow(
        String id,
        String mode,
        String topic,
        @Nullable String tag,
        @Nullable String key,
        @Nullable String orderKey,
        @Nullable String headers,
        int refusals,
        long createdAt,
        long deliverAt,
        long owner,
        long due,
        long length) {

    static BacklogRow read(ResultSet row) throws SQLException {
        return new BacklogRow(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getInt(8),
                row.getLong(9),
                row.getLong(10),
                row.getLong(11),
                row.getLong(12),
                row.getLong(13));
    }

    /** What it will occupy in memory, roughly. */
    long bytes() {
        return length + 512;
    }

    /** Whether it can be claimed: nobody has it, or he has had his time. */
    boolean isFree(long now) {
        return ClaimCode.isFree(owner) || due <= now;
    }

    /** With its payload. What is wrong with it is its own affair, and must not stop others. */
    Claimed claimed(byte @Nullable [] payload) {
        Knowledge known = ClaimCode.knowledge(owner);
        boolean ask = known != Knowledge.NOT_SENT || !mode.equals(MessageMode.OUTBOX.name());
        boolean seen = known == Knowledge.SEEN;
        try {
            return new Claimed(id, message(payload), null, ask, seen, refusals);
        } catch (JsonProcessingException e) {
            return new Claimed(id, null, "its headers are no JSON object of texts", ask, seen, refusals);
        } catch (IllegalArgumentException e) {
            return new Claimed(id, null, String.valueOf(e.getMessage()), ask, seen, refusals);
        }
    }

    private OutgoingMessage message(byte @Nullable [] payload) throws JsonProcessingException {
        if (payload == null) {
            throw new IllegalArgumentException("it has no payload");
        }
        return new OutgoingMessage(
                new MessageId(id, Instant.ofEpochMilli(createdAt)),
                topic,
                tag,
                key,
                headers == null ? Map.of() : HeadersJson.read(headers),
                payload,
                orderKey,
                deliverAt == 0 ? null : new DeliveryTime(null, Instant.ofEpochMilli(deliverAt)));
    }
}
