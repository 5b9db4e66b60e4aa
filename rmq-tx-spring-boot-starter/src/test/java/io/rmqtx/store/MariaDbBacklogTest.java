package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The backlog on MariaDB. */
final class MariaDbBacklogTest extends BacklogContract {

    MariaDbBacklogTest() {
        super(TestDatabaseKind.MARIADB);
    }
}
