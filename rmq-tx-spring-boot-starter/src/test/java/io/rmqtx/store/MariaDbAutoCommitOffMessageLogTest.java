package io.rmqtx.store;

import com.zaxxer.hikari.HikariConfig;
import io.rmqtx.testing.TestDatabaseKind;

/** The message table on MariaDB, with auto-commit off in the pool. */
final class MariaDbAutoCommitOffMessageLogTest extends MessageLogContract {

    MariaDbAutoCommitOffMessageLogTest() {
        super(TestDatabaseKind.MARIADB, "TRANSACTION_REPEATABLE_READ");
    }

    @Override
    String oddTimeZone() {
        return "SET time_zone = '+13:00'";
    }

    @Override
    void configure(HikariConfig pool) {
        super.configure(pool);
        pool.setAutoCommit(false);
    }
}
