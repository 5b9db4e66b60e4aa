package io.rmqtx.consumer;

import com.zaxxer.hikari.HikariConfig;
import io.rmqtx.testing.TestDatabase;
import org.junit.jupiter.api.Tag;

/** With a pool that hands out connections with auto-commit off. */
@Tag("full")
class ConsumeOnceAutoCommitOffTest extends ConsumeOnceContract {

    @Override
    TestDatabase newDatabase() {
        return TestDatabase.mariaDb();
    }

    @Override
    void configure(HikariConfig pool) {
        pool.setAutoCommit(false);
    }
}
