package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The tables on PostgreSQL. */
final class PostgreSqlSchemaTest extends SchemaContract {

    PostgreSqlSchemaTest() {
        super(TestDatabaseKind.POSTGRESQL, "io/rmqtx/sql/rmq-tx-postgresql.sql");
    }
}
