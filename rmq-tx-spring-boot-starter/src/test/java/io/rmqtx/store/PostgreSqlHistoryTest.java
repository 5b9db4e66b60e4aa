package io.rmqtx.store;

import io.rmqtx.spi.StoreDialect;
import io.rmqtx.testing.TestDatabaseKind;

/** A long history on PostgreSQL. */
final class PostgreSqlHistoryTest extends HistoryContract {

    PostgreSqlHistoryTest() {
        super(TestDatabaseKind.POSTGRESQL);
    }

    @Override
    void analyze() {
        fixture.jdbc.execute("ANALYZE rmq_tx_message");
    }

    @Override
    StoreDialect dialect() {
        return new PostgreSqlDialect();
    }

    @Override
    String plan(String sql, Object... arguments) {
        return String.join("\n", fixture.jdbc.queryForList("EXPLAIN " + sql, String.class, arguments));
    }

    /** The statistics of the table, which each session reports when it is idle. */
    @Override
    long lookedAt() {
        fixture.jdbc.execute("SELECT pg_stat_force_next_flush()");
        Long read = fixture.jdbc.queryForObject(
                "SELECT COALESCE(SUM(seq_tup_read), 0) + COALESCE(SUM(idx_tup_fetch), 0) FROM pg_stat_user_tables"
                        + " WHERE relname = 'rmq_tx_message'",
                Long.class);
        return read == null ? 0 : read;
    }
}
