package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The message table on PostgreSQL. */
final class PostgreSqlMessageLogTest extends MessageLogContract {

    PostgreSqlMessageLogTest() {
        super(TestDatabaseKind.POSTGRESQL, "TRANSACTION_READ_COMMITTED");
    }

    @Override
    String oddTimeZone() {
        return "SET TIME ZONE INTERVAL '+14:00' HOUR TO MINUTE";
    }
}
