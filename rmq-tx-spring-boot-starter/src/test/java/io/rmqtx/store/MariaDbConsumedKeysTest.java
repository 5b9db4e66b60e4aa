package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The idempotency keys on MariaDB. */
final class MariaDbConsumedKeysTest extends ConsumedKeysContract {

    MariaDbConsumedKeysTest() {
        super(TestDatabaseKind.MARIADB, "TRANSACTION_READ_COMMITTED");
    }
}
