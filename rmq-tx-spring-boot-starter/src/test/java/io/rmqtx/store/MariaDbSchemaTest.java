package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The tables on MariaDB. */
final class MariaDbSchemaTest extends SchemaContract {

    MariaDbSchemaTest() {
        super(TestDatabaseKind.MARIADB, "io/rmqtx/sql/rmq-tx-mysql.sql");
    }
}
