package io.rmqtx.consumer;

import io.rmqtx.testing.TestDatabase;

class ConsumeOnceH2Test extends ConsumeOnceContract {

    @Override
    TestDatabase newDatabase() {
        return TestDatabase.h2();
    }
}
