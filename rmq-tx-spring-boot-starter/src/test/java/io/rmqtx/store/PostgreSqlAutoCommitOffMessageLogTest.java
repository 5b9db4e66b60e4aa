package io.rmqtx.store;

import com.zaxxer.hikari.HikariConfig;
import io.rmqtx.testing.TestDatabaseKind;
import org.junit.jupiter.api.Tag;

/** The message table on PostgreSQL, with auto-commit off in the pool. */
@Tag("full")
final class PostgreSqlAutoCommitOffMessageLogTest extends MessageLogContract {

    PostgreSqlAutoCommitOffMessageLogTest() {
        super(TestDatabaseKind.POSTGRESQL, "TRANSACTION_READ_COMMITTED");
    }

    @Override
    String oddTimeZone() {
        return "SET TIME ZONE INTERVAL '+14:00' HOUR TO MINUTE";
    }

    @Override
    void configure(HikariConfig pool) {
        super.configure(pool);
        pool.setAutoCommit(false);
    }
}
