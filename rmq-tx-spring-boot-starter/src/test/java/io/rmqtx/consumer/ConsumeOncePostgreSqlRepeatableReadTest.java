package io.rmqtx.consumer;

import com.zaxxer.hikari.HikariConfig;
import io.rmqtx.testing.TestDatabase;
import org.junit.jupiter.api.Tag;

/** At REPEATABLE READ a copy that has waited for another's commit gets a serialization failure (40001). */
@Tag("full")
class ConsumeOncePostgreSqlRepeatableReadTest extends ConsumeOnceContract {

    @Override
    TestDatabase newDatabase() {
        return TestDatabase.postgreSql();
    }

    @Override
    void configure(HikariConfig pool) {
        pool.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
    }
}
