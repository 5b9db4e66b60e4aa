package io.rmqtx.store;

import com.zaxxer.hikari.HikariConfig;
import io.rmqtx.testing.TestDatabaseKind;

/** The message table on H2, with auto-commit off in the pool. */
final class H2AutoCommitOffMessageLogTest extends MessageLogContract {

    H2AutoCommitOffMessageLogTest() {
        super(TestDatabaseKind.H2, "TRANSACTION_READ_COMMITTED");
    }

    @Override
    String oddTimeZone() {
        return "SET TIME ZONE '+14:00'";
    }

    @Override
    void configure(HikariConfig pool) {
        super.configure(pool);
        pool.setAutoCommit(false);
    }
}
