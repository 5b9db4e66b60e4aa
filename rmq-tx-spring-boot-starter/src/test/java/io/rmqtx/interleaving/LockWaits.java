package io.rmqtx.interleaving;

import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Tells how many statements wait for a lock: asks the servers; H2, which does not say, runs in our threads. */
final class LockWaits implements AutoCloseable {

    private final TestDatabaseKind kind;
    private final Connection connection;

    LockWaits(TestDatabase database) throws SQLException {
        this.kind = database.kind();
        this.connection = database.newPool(pool -> pool.setMaximumPoolSize(1)).getConnection();
    }

    /** How many wait at this moment; the threads are those whose statements can. */
    int count(List<Thread> threads) {
        return switch (kind) {
            case H2 -> (int) threads.stream().filter(LockWaits::waitsInH2).count();
            case MARIADB ->
                ask("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
                        + " WHERE VARIABLE_NAME = 'Innodb_row_lock_current_waits'");
            case POSTGRESQL -> ask("SELECT COUNT(*) FROM pg_locks WHERE NOT granted");
        };
    }

    /** It tries again and again; whoever has not done its insert by now, while another holds the key, is doing that. */
    private static boolean waitsInH2(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals("org.h2.command.Command"));
    }

    private int ask(String sql) {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            return result.next() ? result.getInt(1) : 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
