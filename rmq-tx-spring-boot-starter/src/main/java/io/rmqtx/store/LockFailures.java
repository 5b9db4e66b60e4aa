package io.rmqtx.store;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;

/** Recognises the failures of a statement that had to wait for another transaction. */
final class LockFailures {

    /** MySQL and MariaDB: lock wait over, deadlock, NOWAIT; they come without an SQLState that says so. */
    private static final Set<Integer> MYSQL_LOCK_ERRORS = Set.of(1205, 1213, 3572);

    /** Lock not available and statement cancelled (PostgreSQL, H2), lock wait over (H2). */
    private static final Set<String> LOCK_STATES = Set.of("55P03", "57014", "HYT00");

    private LockFailures() {}

    /** Whether another transaction was in the way: neither the statement's nor the message's fault. */
    static boolean isLockFailure(DataAccessException failure) {
        if (failure instanceof ConcurrencyFailureException || failure instanceof QueryTimeoutException) {
            return true;
        }
        SQLException cause = sqlException(failure);
        return cause != null
                && (isDecided(failure)
                        || LOCK_STATES.contains(cause.getSQLState())
                        || (MYSQL_LOCK_ERRORS.contains(cause.getErrorCode()) && "HY000".equals(cause.getSQLState())));
    }

    /**
     * Whether the database has decided between the two transactions (deadlock, serialization failure), so that trying
     * again at once makes sense; otherwise the wait was over and the other one is still running.
     */
    static boolean isDecided(DataAccessException failure) {
        SQLException cause = sqlException(failure);
        return cause != null
                && cause.getSQLState() != null
                && cause.getSQLState().startsWith("40");
    }

    private static @Nullable SQLException sqlException(DataAccessException failure) {
        return NestedExceptionUtils.getMostSpecificCause(failure) instanceof SQLException cause ? cause : null;
    }
}
