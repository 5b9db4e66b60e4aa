package io.rmqtx.store;

import io.rmqtx.testing.TestDatabaseKind;

/** The backlog on H2. */
final class H2BacklogTest extends BacklogContract {

    H2BacklogTest() {
        super(TestDatabaseKind.H2);
    }
}
