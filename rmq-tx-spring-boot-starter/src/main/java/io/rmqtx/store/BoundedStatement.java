package io.rmqtx.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.jdbc.core.PreparedStatementSetter;

/**
 * An update that waits for locks no longer than so many seconds, by the statement's query time-out: the one means that
 * MySQL, MariaDB, PostgreSQL and H2 share, and that needs no session variable.
 */
final class BoundedStatement implements PreparedStatementCallback<Integer> {

    private final PreparedStatementSetter parameters;
    private final int seconds;

    BoundedStatement(Duration wait, PreparedStatementSetter parameters) {
        this.parameters = parameters;
        this.seconds = wholeSeconds(wait);
    }

    @Override
    public Integer doInPreparedStatement(PreparedStatement statement) throws SQLException, DataAccessException {
        parameters.setValues(statement);
        int before = statement.getQueryTimeout();
        // What is there already is what remains of the transaction's own time-out.
        statement.setQueryTimeout(before > 0 ? Math.min(before, seconds) : seconds);
        try {
            return statement.executeUpdate();
        } finally {
            restore(statement, before);
        }
    }

    /** In H2 the time-out belongs to the connection, and would stay with it in the pool. */
    private static void restore(PreparedStatement statement, int before) {
        try {
            statement.setQueryTimeout(before);
        } catch (SQLException e) {
            // The connection is broken, and what the statement threw says so.
        }
    }

    /** Rounded up, at least one: less cannot be said to JDBC. */
    static int wholeSeconds(@Nullable Duration wait) {
        long seconds = wait == null ? 1 : wait.plusMillis(999).toSeconds();
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, seconds));
    }
}
