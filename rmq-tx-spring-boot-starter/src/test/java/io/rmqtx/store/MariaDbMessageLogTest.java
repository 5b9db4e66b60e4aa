package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The message table on MariaDB. */
final class MariaDbMessageLogTest extends MessageLogContract {

    MariaDbMessageLogTest() {
        super(TestDatabaseKind.MARIADB, "TRANSACTION_READ_COMMITTED");
    }

    @Override
    String oddTimeZone() {
        return "SET time_zone = '+13:00'";
    }
}
