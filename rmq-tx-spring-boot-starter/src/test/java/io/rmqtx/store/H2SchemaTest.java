package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The tables on H2. */
final class H2SchemaTest extends SchemaContract {

    H2SchemaTest() {
        super(TestDatabaseKind.H2, "io/rmqtx/sql/rmq-tx-h2.sql");
    }
}
