package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The idempotency keys on MariaDB at REPEATABLE READ, its default. */
final class MariaDbRepeatableReadConsumedKeysTest extends ConsumedKeysContract {

    MariaDbRepeatableReadConsumedKeysTest() {
        super(TestDatabaseKind.MARIADB, "TRANSACTION_REPEATABLE_READ");
    }
}
