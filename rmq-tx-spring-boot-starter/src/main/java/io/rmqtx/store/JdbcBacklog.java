package io.rmqtx.store;

import io.rmqtx.MessageMode;
import io.rmqtx.spi.Backlog;
import io.rmqtx.spi.MessageStatus;
import io.rmqtx.spi.StoredMessage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The backlog by JDBC. A claim is one field and one time, so that due rows are one range of one index, and claiming a row
 * changes it in place.
 */
final class JdbcBacklog implements Backlog {

    /** Rows behind others of their key are looked at so often, in case their turn has come unnoticed. */
    private static final Duration LOOK_AT_LEAST = Duration.ofSeconds(5);

    private static final Duration LOOK_AT_MOST = Duration.ofMinutes(1);

    private static final int MAX_ERROR = 2000;

    private final IndependentTransactions independent;
    private final BacklogSql sql;
    private final String application;

    JdbcBacklog(IndependentTransactions independent, BacklogSql sql, String application) {
        this.independent = independent;
        this.sql = sql;
        this.application = application;
    }

    @Override
    public Due claim(long owner, Duration lease, Limit limit, Collection<String> exceptTopics) {
        return independent.call(jdbc -> {
            List<BacklogRow> due = due(jdbc, limit.rows(), exceptTopics);
            List<BacklogRow> chosen = new ArrayList<>();
            List<String> behind = new ArrayList<>();
            Set<OrderKey> keys = new LinkedHashSet<>();
            long bytes = 0;
            for (BacklogRow row : due) {
                if (row.orderKey() != null) {
                    keys.add(new OrderKey(row.topic(), row.orderKey()));
                    behind.add(row.id());
                } else if (chosen.isEmpty() || bytes + row.bytes() <= limit.bytes()) {
                    bytes += row.bytes();
                    chosen.add(row);
                }
            }
            lookLater(jdbc, behind);
            take(jdbc, ids(chosen), owner, lease);
            return new Due(withPayloads(jdbc, chosen), List.copyOf(keys));
        });
    }

    private List<BacklogRow> due(JdbcTemplate jdbc, int rows, Collection<String> exceptTopics) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(application);
        parameters.add(now(jdbc));
        parameters.addAll(exceptTopics);
        parameters.add(rows);
        return jdbc.query(sql.due(exceptTopics.size()), (row, number) -> BacklogRow.read(row), parameters.toArray());
    }

    /** Otherwise those that wait behind a row that is stuck would be found due, and be in the way, each time. */
    private void lookLater(JdbcTemplate jdbc, List<String> ids) {
        for (List<String> chunk : IdChunks.of(ids)) {
            jdbc.update(sql.lookLater(chunk.size()), statement -> {
                statement.setLong(1, LOOK_AT_LEAST.toMillis());
                statement.setLong(2, LOOK_AT_MOST.toMillis());
                JdbcMessageLog.setIds(statement, 2, chunk);
            });
        }
    }

    private void take(JdbcTemplate jdbc, List<String> ids, long owner, Duration lease) {
        for (List<String> chunk : IdChunks.of(ids)) {
            jdbc.update(sql.claim(chunk.size()), statement -> {
                statement.setLong(1, owner);
                statement.setLong(2, lease.toMillis());
                JdbcMessageLog.setIds(statement, 2, chunk);
            });
        }
    }

    private List<Claimed> withPayloads(JdbcTemplate jdbc, List<BacklogRow> rows) {
        Map<String, byte[]> payloads = new HashMap<>();
        for (List<String> chunk : IdChunks.of(ids(rows))) {
            jdbc.query(
                    sql.payloads(chunk.size()),
                    statement -> JdbcMessageLog.setIds(statement, 0, chunk),
                    (ResultSet row) -> {
                        byte[] payload = row.getBytes(2);
                        if (payload != null) {
                            payloads.put(row.getString(1), payload);
                        }
                    });
        }
        return rows.stream().map(row -> row.claimed(payloads.get(row.id()))).toList();
    }

    private static List<String> ids(List<BacklogRow> rows) {
        return rows.stream().map(BacklogRow::id).toList();
    }

    /**
     * All or none: what is free when it is read may be claimed by another a moment later, and then a later row of the key
     * must not be ours while an earlier one is his.
     */
    @Override
    public OfKey claimKey(OrderKey key, long owner, Duration lease, Limit limit) {
        try {
            return independent.call(jdbc -> {
                long now = now(jdbc);
                List<BacklogRow> rows = read(jdbc, key, limit.rows());
                List<BacklogRow> first = freePrefix(rows, now, limit.bytes());
                takeIfFree(jdbc, ids(first), owner, lease, now);
                return new OfKey(withPayloads(jdbc, first), first.isEmpty() && !rows.isEmpty());
            });
        } catch (ClaimedByAnotherException e) {
            return new OfKey(List.of(), true);
        }
    }

    private List<BacklogRow> read(JdbcTemplate jdbc, OrderKey key, int rows) {
        return jdbc.query(
                sql.firstOfKey(),
                (row, number) -> BacklogRow.read(row),
                key.key(),
                key.topic(),
                application,
                key.key(),
                key.topic(),
                application,
                rows);
    }

    private static List<BacklogRow> freePrefix(List<BacklogRow> rows, long now, long maxBytes) {
        List<BacklogRow> prefix = new ArrayList<>();
        long bytes = 0;
        for (BacklogRow row : rows) {
            bytes += row.bytes();
            if (!row.isFree(now) || (!prefix.isEmpty() && bytes > maxBytes)) {
                break;
            }
            prefix.add(row);
        }
        return prefix;
    }

    private void takeIfFree(JdbcTemplate jdbc, List<String> ids, long owner, Duration lease, long now) {
        int taken = 0;
        for (List<String> chunk : IdChunks.of(ids)) {
            taken += jdbc.update(sql.claimIfFree(chunk.size()), statement -> {
                statement.setLong(1, owner);
                statement.setLong(2, lease.toMillis());
                JdbcMessageLog.setIds(statement, 2, chunk);
                statement.setLong(3 + chunk.size(), now);
            });
        }
        if (taken < ids.size()) {
            throw new ClaimedByAnotherException();
        }
    }

    @Override
    public OptionalLong nextDue() {
        return independent.call(jdbc -> jdbc.queryForList(sql.nextDue(), Long.class, application).stream()
                .mapToLong(due -> Math.max(0, due - now(jdbc)))
                .findFirst());
    }

    @Override
    public int retryLater(
            Collection<String> messageIds,
            long owner,
            Knowledge knowledge,
            Duration least,
            Duration most,
            @Nullable String why) {
        return giveBack(messageIds, owner, ClaimCode.waiting(knowledge), least, most, why);
    }

    @Override
    public void release(Collection<String> messageIds, long owner, Knowledge knowledge) {
        int unused = giveBack(messageIds, owner, ClaimCode.free(knowledge), LOOK_AT_LEAST, LOOK_AT_MOST, null);
    }

    private int giveBack(
            Collection<String> messageIds, long owner, long code, Duration least, Duration most, @Nullable String why) {
        // Half to all of it, so that many instances that failed together do not try again together.
        int share = ThreadLocalRandom.current().nextInt(500, 1001);
        int changed = 0;
        for (List<String> chunk : IdChunks.of(messageIds)) {
            changed += independent.call(jdbc -> jdbc.update(sql.retryLater(chunk.size()), statement -> {
                statement.setLong(1, code);
                statement.setLong(2, least.toMillis());
                statement.setLong(3, most.toMillis());
                statement.setLong(4, share);
                statement.setString(5, why == null ? null : cut(why));
                JdbcMessageLog.setIds(statement, 5, chunk);
                statement.setLong(6 + chunk.size(), owner);
            }));
        }
        return changed;
    }

    @Override
    public boolean refused(String messageId, long owner, int refusals, boolean dead, Duration wait, String why) {
        MessageStatus status = dead ? MessageStatus.DEAD : MessageStatus.PENDING;
        return independent.call(jdbc -> jdbc.update(
                        sql.refused(), status.name(), refusals, dead ? 0 : wait.toMillis(), cut(why), messageId, owner))
                == 1;
    }

    private static String cut(String text) {
        return text.length() <= MAX_ERROR ? text : text.substring(0, MAX_ERROR);
    }

    @Override
    public int deletePublished(Collection<String> messageIds) {
        int changed = 0;
        for (List<String> chunk : IdChunks.of(messageIds)) {
            changed += independent.call(jdbc -> jdbc.update(
                    sql.deletePublished(chunk.size()), statement -> JdbcMessageLog.setIds(statement, 0, chunk)));
        }
        return changed;
    }

    @Override
    public Optional<StoredMessage> read(String messageId) {
        return independent.call(
                jdbc -> jdbc.query(sql.read(), (row, number) -> stored(row), messageId, application).stream()
                        .findFirst());
    }

    private static StoredMessage stored(ResultSet row) throws SQLException {
        return new StoredMessage(
                row.getString(1),
                MessageMode.valueOf(row.getString(2)),
                JdbcMessageLog.status(row.getString(3)),
                row.getString(4),
                row.getString(5),
                row.getInt(6),
                row.getString(7),
                Instant.ofEpochMilli(row.getLong(8)));
    }

    @Override
    public boolean publishAgain(String messageId, MessageStatus from) {
        return independent.call(jdbc -> jdbc.update(sql.publishAgain(), messageId, application, from.name())) == 1;
    }

    @Override
    public boolean cancel(String messageId, String reason, Duration inHands) {
        return independent.call(
                        jdbc -> jdbc.update(sql.cancel(), cut(reason), messageId, application, inHands.toMillis()))
                == 1;
    }

    @Override
    public int purge(MessageStatus status, Duration olderThan, int atMost) {
        return independent.call(jdbc -> {
            List<String> old = jdbc.queryForList(
                    sql.old(), String.class, status.name(), application, now(jdbc) - olderThan.toMillis(), atMost);
            int removed = 0;
            for (List<String> chunk : IdChunks.of(old)) {
                removed +=
                        jdbc.update(sql.delete(chunk.size()), statement -> JdbcMessageLog.setIds(statement, 0, chunk));
            }
            return removed;
        });
    }

    private long now(JdbcTemplate jdbc) {
        return Objects.requireNonNull(jdbc.queryForObject(sql.clock(), Long.class));
    }

    /** Rolls the transaction back. */
    private static final class ClaimedByAnotherException extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }
}
