package io.rmqtx.consumer;

import io.rmqtx.testing.TestDatabase;

class IdempotentMariaDbTest extends IdempotentContract {

    @Override
    TestDatabase newDatabase() {
        return TestDatabase.mariaDb();
    }
}
