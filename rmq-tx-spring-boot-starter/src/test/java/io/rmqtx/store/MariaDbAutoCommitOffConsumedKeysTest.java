package io.rmqtx.store;

import com.zaxxer.hikari.HikariConfig;
import io.rmqtx.testing.TestDatabaseKind;
import org.junit.jupiter.api.Tag;

/** The idempotency keys on MariaDB, with auto-commit off in the pool. */
@Tag("full")
final class MariaDbAutoCommitOffConsumedKeysTest extends ConsumedKeysContract {

    MariaDbAutoCommitOffConsumedKeysTest() {
        super(TestDatabaseKind.MARIADB, "TRANSACTION_REPEATABLE_READ");
    }

    @Override
    void configure(HikariConfig pool) {
        super.configure(pool);
        pool.setAutoCommit(false);
    }
}
