package io.rmqtx.store;

import io.rmqtx.FencedTransactionException;
import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageMode;
import io.rmqtx.spi.AbortedMessageException;
import io.rmqtx.spi.DeliveryTime;
import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.MessageLog;
import io.rmqtx.spi.MessageStatus;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.StoredStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;

/** The message table by JDBC. What joins the current transaction goes through the thread's connection. */
final class JdbcMessageLog implements MessageLog {

    static final String TABLE = "rmq_tx_message";

    private static final int MAX_TEXT = 255;

    private final JdbcTemplate jdbc;
    private final IndependentTransactions independent;
    private final TransactionGuard guard;
    private final MessageSql sql;
    private final String application;
    private final @Nullable StoreRoute route;

    JdbcMessageLog(
            JdbcTemplate jdbc,
            IndependentTransactions independent,
            TransactionGuard guard,
            MessageSql sql,
            String application,
            @Nullable StoreRoute route) {
        this.jdbc = jdbc;
        this.independent = independent;
        this.guard = guard;
        this.sql = sql;
        this.application = application;
        this.route = route;
    }

    @Override
    public void insert(List<OutgoingMessage> messages, MessageMode mode, Duration maxAge, Duration dueAfter) {
        guard.require(TABLE);
        messages.forEach(JdbcMessageLog::checkLengths);
        if (messages.size() <= MessageSql.MAX_ROWS) {
            insertChunk(messages, mode, maxAge, dueAfter);
        } else {
            allOrNone(() -> insertChunks(messages, mode, maxAge, dueAfter));
        }
    }

    /** The caller may catch the exception and commit: what a former statement inserted must not stay. */
    private void allOrNone(Runnable statements) {
        Savepoint before = jdbc.execute((ConnectionCallback<Savepoint>) Connection::setSavepoint);
        try {
            statements.run();
        } catch (RuntimeException | Error e) {
            try {
                onConnection(connection -> connection.rollback(before));
            } catch (DataAccessException notThere) { // a deadlock's victim, or a lost connection: all is undone
                e.addSuppressed(notThere);
            }
            throw e;
        }
        onConnection(connection -> connection.releaseSavepoint(before));
    }

    private void onConnection(ConnectionUse use) {
        jdbc.execute((ConnectionCallback<@Nullable Void>) connection -> {
            use.with(connection);
            return null;
        });
    }

    @FunctionalInterface
    private interface ConnectionUse {
        void with(Connection connection) throws SQLException;
    }

    private void insertChunks(List<OutgoingMessage> messages, MessageMode mode, Duration maxAge, Duration dueAfter) {
        for (int from = 0; from < messages.size(); from += MessageSql.MAX_ROWS) {
            int to = Math.min(messages.size(), from + MessageSql.MAX_ROWS);
            insertChunk(messages.subList(from, to), mode, maxAge, dueAfter);
        }
    }

    private void insertChunk(List<OutgoingMessage> chunk, MessageMode mode, Duration maxAge, Duration dueAfter) {
        try {
            // Only those that need it pay for parsing the longer statement.
            boolean special = chunk.stream().anyMatch(JdbcMessageLog::isOrderedOrDelayed);
            jdbc.update(special ? sql.insertSpecial(chunk.size()) : sql.insert(chunk.size()), statement -> {
                int index = 0;
                for (OutgoingMessage message : chunk) {
                    String storeId = index == 0 && route != null ? route.storeId() : null;
                    index = setRow(statement, index, message, mode, special, maxAge, dueAfter, storeId);
                }
            });
        } catch (DuplicateKeyException e) {
            throw new AbortedMessageException(
                    "The key of " + ids(chunk) + " is taken in table '" + TABLE
                            + "': a check-back was answered with \"roll back\" before this transaction wrote its row.",
                    e);
        } catch (DataIntegrityViolationException e) {
            if (isIntegrityConstraint(e)) {
                throw refused(chunk, maxAge, e);
            }
            throw e;
        } catch (BadSqlGrammarException e) {
            // No such table, or no such syntax: the statement was written for another database.
            throw route == null ? e : route.elsewhere(jdbc, e);
        }
    }

    private static boolean isOrderedOrDelayed(OutgoingMessage message) {
        return message.orderKey() != null || message.deliveryTime() != null;
    }

    private int setRow(
            PreparedStatement statement,
            int before,
            OutgoingMessage message,
            MessageMode mode,
            boolean special,
            Duration maxAge,
            Duration dueAfter,
            @Nullable String storeId)
            throws SQLException {
        int index = before;
        statement.setString(++index, message.id().value());
        statement.setString(++index, application);
        statement.setString(++index, mode.name());
        statement.setString(++index, message.topic());
        statement.setString(++index, message.tag());
        statement.setString(++index, message.key());
        statement.setString(++index, HeadersJson.write(message.headers()));
        statement.setBytes(++index, message.body());
        statement.setInt(++index, message.body().length);
        statement.setLong(++index, dueAfter.toMillis());
        if (special) {
            index = setDeliveryTime(statement, index, message.deliveryTime());
        }
        statement.setLong(++index, message.id().createdAt().plus(maxAge).toEpochMilli());
        if (storeId != null) {
            statement.setString(++index, storeId);
        }
        if (special) {
            statement.setString(++index, message.orderKey());
            index = setDeliveryTime(statement, index, message.deliveryTime());
        }
        return index;
    }

    private static int setDeliveryTime(PreparedStatement statement, int before, @Nullable DeliveryTime time)
            throws SQLException {
        long millis = 0;
        long fromNow = 0;
        if (time != null && time.delay() != null) {
            millis = time.delay().toMillis();
            fromNow = 1;
        } else if (time != null && time.at() != null) {
            millis = time.at().toEpochMilli();
        }
        statement.setLong(before + 1, millis);
        statement.setLong(before + 2, fromNow);
        return before + 2;
    }

    /**
     * The table's only constraints are the key, which Spring reports by a type of its own, and NOT NULL, which only the
     * time of a late insert, or of one into the wrong database, can violate; a text that is too long has another SQLState class.
     */
    private static boolean isIntegrityConstraint(DataIntegrityViolationException e) {
        return NestedExceptionUtils.getMostSpecificCause(e) instanceof SQLException cause
                && cause.getSQLState() != null
                && cause.getSQLState().startsWith("23");
    }

    /** Asks the store's own database, not the one that refused: there nothing more can be asked on some. */
    private RuntimeException refused(List<OutgoingMessage> chunk, Duration maxAge, RuntimeException cause) {
        if (route == null) {
            return tooOld(chunk, maxAge);
        }
        try {
            long now = independent.call(own -> own.queryForObject(sql.clock(), Long.class));
            if (now > oldest(chunk).plus(maxAge).toEpochMilli()) {
                return tooOld(chunk, maxAge);
            }
        } catch (DataAccessException | TransactionException e) {
            cause.addSuppressed(e);
        }
        return route.elsewhere(jdbc, cause);
    }

    private static FencedTransactionException tooOld(List<OutgoingMessage> chunk, Duration maxAge) {
        return new FencedTransactionException("The call that made message " + ids(chunk) + " at " + oldest(chunk)
                + " wrote its row more than " + maxAge + " later by the database's clock; then the fence against a late"
                + " commit may be gone, so the transaction must not commit. Make the call shorter, allow more by"
                + " [rmq-tx.producer.max-call-age], or, if the call was not that long, set the clocks of this"
                + " process and of the database: they differ.");
    }

    private static Instant oldest(List<OutgoingMessage> chunk) {
        return chunk.stream()
                .map(message -> message.id().createdAt())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    @Override
    public void toOutbox(Collection<String> messageIds, Duration dueAfter) {
        guard.require(TABLE);
        for (List<String> chunk : IdChunks.of(messageIds)) {
            jdbc.update(sql.toOutbox(chunk.size()), statement -> {
                statement.setLong(1, dueAfter.toMillis());
                setIds(statement, 1, chunk);
            });
        }
    }

    @Override
    public void postpone(Collection<String> messageIds, Duration dueAfter) {
        guard.require(TABLE);
        for (List<String> chunk : IdChunks.of(messageIds)) {
            jdbc.update(sql.postpone(chunk.size()), statement -> {
                statement.setLong(1, dueAfter.toMillis());
                setIds(statement, 1, chunk);
            });
        }
    }

    @Override
    public List<String> existing(Collection<String> messageIds) {
        guard.require(TABLE);
        List<String> found = new ArrayList<>();
        for (List<String> chunk : IdChunks.of(messageIds)) {
            found.addAll(jdbc.query(
                    sql.existing(chunk.size()),
                    statement -> setIds(statement, 0, chunk),
                    (row, number) -> row.getString(1)));
        }
        return found;
    }

    @Override
    public Optional<StoredStatus> find(String messageId) {
        return independent.call(jdbc -> jdbc
                .query(
                        sql.find(),
                        (row, number) ->
                                new StoredStatus(MessageMode.valueOf(row.getString(1)), status(row.getString(2))),
                        messageId)
                .stream()
                .findFirst());
    }

    /** The column has a fixed length, and MySQL can be told (PAD_CHAR_TO_FULL_LENGTH) to return it with its blanks. */
    static MessageStatus status(String column) {
        return MessageStatus.valueOf(column.stripTrailing());
    }

    @Override
    public boolean fence(MessageId id, String topic, Duration lockWait) {
        try {
            return independent.call(jdbc -> jdbc.execute(sql.fence(), new BoundedStatement(lockWait, statement -> {
                        statement.setString(1, id.value());
                        statement.setString(2, application);
                        statement.setString(3, MessageMode.TRANSACTIONAL.name());
                        statement.setString(4, topic);
                    })))
                    == 1;
        } catch (DuplicateKeyException e) {
            return false;
        }
    }

    @Override
    public int markPublished(Collection<String> messageIds) {
        int changed = 0;
        for (List<String> chunk : IdChunks.of(messageIds)) {
            changed += independent.call(
                    jdbc -> jdbc.update(sql.markPublished(chunk.size()), statement -> setIds(statement, 0, chunk)));
        }
        return changed;
    }

    static void setIds(PreparedStatement statement, int before, List<String> ids) throws SQLException {
        int index = before;
        for (String id : ids) {
            statement.setString(++index, id);
        }
    }

    /** Without strict mode MySQL would cut what is too long instead of refusing it. */
    private static void checkLengths(OutgoingMessage message) {
        checkLength("topic", message.topic(), message);
        checkLength("tag", message.tag(), message);
        checkLength("key", message.key(), message);
        checkLength("order key", message.orderKey(), message);
    }

    private static void checkLength(String what, @Nullable String text, OutgoingMessage message) {
        if (text != null && text.length() > MAX_TEXT) {
            throw new InvalidMessageException("The " + what + " of a message to topic '" + message.topic() + "' has "
                    + text.length() + " characters, but " + MAX_TEXT + " is the most. Use a shorter one.");
        }
    }

    private static List<String> ids(List<OutgoingMessage> messages) {
        return messages.stream().map(message -> message.id().value()).toList();
    }
}
