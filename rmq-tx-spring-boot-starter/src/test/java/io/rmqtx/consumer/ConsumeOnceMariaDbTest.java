package io.rmqtx.consumer;

import io.rmqtx.testing.TestDatabase;

class ConsumeOnceMariaDbTest extends ConsumeOnceContract {

    @Override
    TestDatabase newDatabase() {
        return TestDatabase.mariaDb();
    }
}
