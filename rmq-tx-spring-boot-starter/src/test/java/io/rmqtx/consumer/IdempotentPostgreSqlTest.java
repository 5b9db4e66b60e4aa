package io.rmqtx.consumer;

import io.rmqtx.testing.TestDatabase;
import org.junit.jupiter.api.Tag;

@Tag("full")
class IdempotentPostgreSqlTest extends IdempotentContract {

    @Override
    TestDatabase newDatabase() {
        return TestDatabase.postgreSql();
    }
}
