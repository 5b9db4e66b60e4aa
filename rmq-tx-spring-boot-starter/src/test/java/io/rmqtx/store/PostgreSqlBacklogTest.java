package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The backlog on PostgreSQL. */
final class PostgreSqlBacklogTest extends BacklogContract {

    PostgreSqlBacklogTest() {
        super(TestDatabaseKind.POSTGRESQL);
    }
}
