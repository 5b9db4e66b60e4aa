package io.rmqtx.consumer;

import io.rmqtx.testing.TestDatabase;

class IdempotentH2Test extends IdempotentContract {

    @Override
    TestDatabase newDatabase() {
        return TestDatabase.h2();
    }
}
