package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The message table on PostgreSQL at REPEATABLE READ. */
final class PostgreSqlRepeatableReadMessageLogTest extends MessageLogContract {

    PostgreSqlRepeatableReadMessageLogTest() {
        super(TestDatabaseKind.POSTGRESQL, "TRANSACTION_REPEATABLE_READ");
    }

    @Override
    String oddTimeZone() {
        return "SET TIME ZONE INTERVAL '-11:00' HOUR TO MINUTE";
    }
}
