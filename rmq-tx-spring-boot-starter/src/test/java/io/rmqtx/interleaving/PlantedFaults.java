package io.rmqtx.interleaving;

import io.rmqtx.spi.AbortedMessageException;
import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.MessageLog;
import io.rmqtx.spi.MessageStatus;
import io.rmqtx.spi.StoredStatus;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.support.JdbcUtils;

/** Mistakes that a message log could make, each on the real database. */
final class PlantedFaults {

    /** The transaction that a check-back has begun with its first read. */
    private static final ThreadLocal<@Nullable Connection> SNAPSHOT = new ThreadLocal<>();

    private PlantedFaults() {}

    /** A check-back that finds no row answers "roll back" without keeping the transaction from committing later. */
    static MessageLog noFence(MessageLog real) {
        return changed(real, "fence", (call, arguments) -> true);
    }

    /** An aborted row is read as if there were none. */
    static MessageLog abortedIsMissing(MessageLog real) {
        return changed(real, "find", (call, arguments) -> ((Optional<?>) call.go())
                .filter(row -> ((StoredStatus) row).status() != MessageStatus.ABORTED));
    }

    /** The business transaction does not mind that its key is taken. */
    static MessageLog insertWithoutKeyCheck(MessageLog real) {
        return changed(real, "insert", (call, arguments) -> {
            try {
                return call.go();
            } catch (AbortedMessageException e) {
                return null;
            }
        });
    }

    /** Both reads of a check-back, and its insert, are one REPEATABLE READ transaction, whose snapshot is the first's. */
    @SuppressWarnings("ThreadLocalUsage") // one for each test
    static UnaryOperator<MessageLog> oneSnapshot(DataSource dataSource) {
        return real -> {
            MessageLog reading = changed(real, "find", (call, arguments) -> {
                Optional<?> row = (Optional<?>) call.go();
                if (row.isEmpty() && SNAPSHOT.get() == null && Actors.current() != null) {
                    Connection connection = dataSource.getConnection();
                    connection.setAutoCommit(false);
                    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                    exists(connection, (String) arguments[0]);
                    SNAPSHOT.set(connection);
                }
                return row;
            });
            return changed(reading, "fence", (call, arguments) -> {
                Connection connection = SNAPSHOT.get();
                SNAPSHOT.remove();
                return connection == null ? call.go() : fence(connection, ((MessageId) arguments[0]).value());
            });
        };
    }

    private static boolean fence(Connection connection, String id) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO rmq_tx_message (message_id, application, mode, status, topic,"
                        + " attempts, next_attempt_at, created_at)"
                        + " VALUES (?, 'a', 'TRANSACTIONAL', 'ABORTED', 't', 0, 1, 1)")) {
            insert.setString(1, id);
            Actors.Actor actor = Actors.current();
            if (actor != null) {
                actor.executes(insert);
            }
            insert.executeUpdate();
            connection.commit();
            return true;
        } catch (SQLIntegrityConstraintViolationException e) {
            boolean seen = exists(connection, id);
            connection.rollback();
            return !seen; // "still no row, so it has rolled back"
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            JdbcUtils.closeConnection(connection);
        }
    }

    private static boolean exists(Connection connection, String id) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT status FROM rmq_tx_message WHERE message_id = ?")) {
            select.setString(1, id);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    private interface Call {
        @Nullable
        Object go() throws Throwable;
    }

    private interface Change {
        @Nullable
        Object instead(Call call, Object[] arguments) throws Throwable;
    }

    private static MessageLog changed(MessageLog real, String name, Change change) {
        return (MessageLog) Proxy.newProxyInstance(
                MessageLog.class.getClassLoader(),
                new Class<?>[] {MessageLog.class},
                (self, method, arguments) -> method.getName().equals(name)
                        ? change.instead(() -> call(method, real, arguments), arguments)
                        : call(method, real, arguments));
    }

    private static @Nullable Object call(Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
