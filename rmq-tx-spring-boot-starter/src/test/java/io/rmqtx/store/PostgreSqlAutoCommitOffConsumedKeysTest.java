package io.rmqtx.store;

import com.zaxxer.hikari.HikariConfig;
import io.rmqtx.testing.TestDatabaseKind;
import org.junit.jupiter.api.Tag;

/** The idempotency keys on PostgreSQL, with auto-commit off in the pool. */
@Tag("full")
final class PostgreSqlAutoCommitOffConsumedKeysTest extends ConsumedKeysContract {

    PostgreSqlAutoCommitOffConsumedKeysTest() {
        super(TestDatabaseKind.POSTGRESQL, "TRANSACTION_READ_COMMITTED");
    }

    @Override
    void configure(HikariConfig pool) {
        super.configure(pool);
        pool.setAutoCommit(false);
    }
}
