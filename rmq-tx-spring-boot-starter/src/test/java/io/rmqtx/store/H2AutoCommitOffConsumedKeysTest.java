package io.rmqtx.store;

import com.zaxxer.hikari.HikariConfig;
import io.rmqtx.testing.TestDatabaseKind;
import org.junit.jupiter.api.Tag;

/** The idempotency keys on H2, with auto-commit off in the pool. */
@Tag("full")
final class H2AutoCommitOffConsumedKeysTest extends ConsumedKeysContract {

    H2AutoCommitOffConsumedKeysTest() {
        super(TestDatabaseKind.H2, "TRANSACTION_READ_COMMITTED");
    }

    @Override
    void configure(HikariConfig pool) {
        super.configure(pool);
        pool.setAutoCommit(false);
    }
}
