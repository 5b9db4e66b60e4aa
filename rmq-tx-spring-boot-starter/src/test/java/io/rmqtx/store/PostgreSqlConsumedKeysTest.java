package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The idempotency keys on PostgreSQL. */
final class PostgreSqlConsumedKeysTest extends ConsumedKeysContract {

    PostgreSqlConsumedKeysTest() {
        super(TestDatabaseKind.POSTGRESQL, "TRANSACTION_READ_COMMITTED");
    }
}
