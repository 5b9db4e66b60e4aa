package io.rmqtx.consumer;

import io.rmqtx.testing.TestDatabase;
import org.junit.jupiter.api.Tag;

@Tag("full")
class ConsumeOncePostgreSqlTest extends ConsumeOnceContract {

    @Override
    TestDatabase newDatabase() {
        return TestDatabase.postgreSql();
    }
}
