package io.rmqtx.store;

import io.rmqtx.spi.StoreDialect;
import io.rmqtx.testing.TestDatabaseKind;
import java.util.stream.Collectors;

/** A long history on MariaDB. */
final class MariaDbHistoryTest extends HistoryContract {

    MariaDbHistoryTest() {
        super(TestDatabaseKind.MARIADB);
    }

    @Override
    void analyze() {
        fixture.jdbc.queryForList("ANALYZE TABLE rmq_tx_message");
    }

    @Override
    StoreDialect dialect() {
        return new MySqlDialect();
    }

    @Override
    String plan(String sql, Object... arguments) {
        return fixture.jdbc.queryForList("EXPLAIN " + sql, arguments).stream()
                .map(row -> row.get("type") + "\t" + row.get("key"))
                .collect(Collectors.joining("\n"));
    }

    @Override
    long lookedAt() {
        return fixture.jdbc.query("SHOW GLOBAL STATUS LIKE 'Handler_read%'", (row, number) -> row.getLong(2)).stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
