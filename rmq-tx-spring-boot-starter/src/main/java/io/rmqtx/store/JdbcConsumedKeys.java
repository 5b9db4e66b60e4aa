package io.rmqtx.store;

import io.rmqtx.spi.ConsumedKeys;
import io.rmqtx.spi.KeyBusyException;
import io.rmqtx.spi.StoreDialect;
import io.rmqtx.spi.UnreadableMessageException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The idempotency keys by JDBC, inserted through the thread's connection. */
final class JdbcConsumedKeys implements ConsumedKeys {

    static final String TABLE = "rmq_tx_consumed";

    /** Chooses old keys: before ms, number. Without locks, for which some databases want the right to update. */
    static final String OLD = "SELECT consumer_group, idempotency_key FROM rmq_tx_consumed WHERE consumed_at < ?"
            + " ORDER BY consumed_at LIMIT ?";

    /** Deletes one: group, key. */
    static final String DELETE = "DELETE FROM rmq_tx_consumed WHERE consumer_group = ? AND idempotency_key = ?";

    private static final int MAX_KEY = 255;
    private static final char TERMINATOR = '|';

    private final JdbcTemplate jdbc;
    private final IndependentTransactions independent;
    private final TransactionGuard guard;
    private final Duration wait;
    private final boolean repeatAfterWait;
    private final @Nullable StoreRoute route;
    private final String sql;
    private final String clockSql;
    private final InsertClock clock = new InsertClock();

    JdbcConsumedKeys(
            JdbcTemplate jdbc,
            IndependentTransactions independent,
            TransactionGuard guard,
            StoreDialect dialect,
            Duration wait,
            @Nullable StoreRoute route) {
        this.jdbc = jdbc;
        this.independent = independent;
        this.guard = guard;
        this.wait = wait;
        this.repeatAfterWait = dialect.waitedInsertBlocksOtherKeys();
        this.route = route;
        this.sql = sql(dialect, route != null);
        this.clockSql = new BacklogSql(dialect).clock();
    }

    /** Behind a routing data source it asks, too, whether it is in the right one; otherwise the time is NULL. */
    static String sql(StoreDialect dialect, boolean routed) {
        String now = dialect.currentEpochMillis();
        return ("INSERT INTO rmq_tx_consumed (consumer_group, idempotency_key, state, message_id, consumed_at)"
                        + " VALUES (?, ?, 'DONE', ?, "
                        + (routed ? "CASE WHEN " + StoreRoute.CONDITION + " THEN " + now + " END" : now) + ") "
                        + dialect.onDuplicateDoNothing())
                .trim();
    }

    @Override
    public Outcome insert(String consumerGroup, String key, String messageId) throws KeyBusyException {
        guard.require(TABLE);
        String stored = storedForm(key);
        long start = System.nanoTime();
        int rows;
        try {
            rows = execute(consumerGroup, stored, messageId);
        } catch (DuplicateKeyException e) {
            return Outcome.DUPLICATE;
        } catch (DataIntegrityViolationException | BadSqlGrammarException e) {
            // The table has no other constraint that an insert with these lengths could violate.
            throw route == null ? e : route.elsewhere(jdbc, e);
        } catch (DataAccessException e) {
            if (LockFailures.isLockFailure(e)) {
                throw busy(consumerGroup, key, e);
            }
            throw e;
        }
        if (rows == 0) {
            return Outcome.DUPLICATE;
        }
        if (repeatAfterWait && clock.waited(System.nanoTime() - start)) {
            throw new KeyBusyException("The key '" + key + "' of group '" + consumerGroup
                    + "' was obtained after a wait for a transaction that rolled back. Roll back and insert it again:"
                    + " this transaction would hold up all other keys.");
        }
        return Outcome.INSERTED;
    }

    private int execute(String consumerGroup, String key, String messageId) {
        return Objects.requireNonNull(jdbc.execute(sql, new BoundedStatement(wait, statement -> {
            statement.setString(1, consumerGroup);
            statement.setString(2, key);
            statement.setString(3, cut(messageId));
            if (route != null) {
                statement.setString(4, route.storeId());
            }
        })));
    }

    @Override
    public int purge(Duration olderThan, int atMost) {
        return independent.call(own -> {
            long now = Objects.requireNonNull(own.queryForObject(clockSql, Long.class));
            List<Object[]> old = own.query(
                    OLD,
                    (row, number) -> new Object[] {row.getString(1), row.getString(2)},
                    now - olderThan.toMillis(),
                    atMost);
            if (!old.isEmpty()) {
                var unused = own.batchUpdate(DELETE, old); // which some drivers answer with "done, number unknown"
            }
            return old.size();
        });
    }

    private static KeyBusyException busy(String consumerGroup, String key, DataAccessException cause) {
        boolean decided = LockFailures.isDecided(cause);
        return new KeyBusyException(
                "Another transaction " + (decided ? "held" : "holds") + " the key '" + key + "' of group '"
                        + consumerGroup + "'. Roll back and try again " + (decided ? "at once." : "later."),
                decided,
                cause);
    }

    /**
     * The key as the table has it. MySQL and MariaDB ignore trailing spaces when they compare, in every collation that
     * both have; a key that ends with one gets a terminator, and so does a key that ends with a terminator.
     */
    static String storedForm(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY) {
            throw new UnreadableMessageException(
                    "An idempotency key has 1 to " + MAX_KEY + " characters, but this one has " + key.length()
                            + ". Use an expression that yields a shorter one, for example a hash.",
                    null);
        }
        char last = key.charAt(key.length() - 1);
        return last == ' ' || last == TERMINATOR ? key + TERMINATOR : key;
    }

    /** For people only, so an id of foreign origin may be cut. */
    private static String cut(String messageId) {
        return messageId.length() <= MAX_KEY ? messageId : messageId.substring(0, MAX_KEY);
    }
}
