package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The idempotency keys on PostgreSQL at REPEATABLE READ. */
final class PostgreSqlRepeatableReadConsumedKeysTest extends ConsumedKeysContract {

    PostgreSqlRepeatableReadConsumedKeysTest() {
        super(TestDatabaseKind.POSTGRESQL, "TRANSACTION_REPEATABLE_READ");
    }
}
