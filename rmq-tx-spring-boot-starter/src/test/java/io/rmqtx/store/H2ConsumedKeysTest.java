package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The idempotency keys on H2. */
final class H2ConsumedKeysTest extends ConsumedKeysContract {

    H2ConsumedKeysTest() {
        super(TestDatabaseKind.H2, "TRANSACTION_READ_COMMITTED");
    }
}
