package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The message table on MariaDB at REPEATABLE READ, its default. */
final class MariaDbRepeatableReadMessageLogTest extends MessageLogContract {

    MariaDbRepeatableReadMessageLogTest() {
        super(TestDatabaseKind.MARIADB, "TRANSACTION_REPEATABLE_READ");
    }

    @Override
    String oddTimeZone() {
        return "SET time_zone = '-11:00'";
    }
}
