package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The message table on H2. */
final class H2MessageLogTest extends MessageLogContract {

    H2MessageLogTest() {
        super(TestDatabaseKind.H2, "TRANSACTION_READ_COMMITTED");
    }

    @Override
    String oddTimeZone() {
        return "SET TIME ZONE '+14:00'";
    }
}
