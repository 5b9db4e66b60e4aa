package io.rmqtx.benchmark.contender;

import org.springframework.jdbc.core.JdbcTemplate;

/** The business table. */
final class PurchaseTable {

    private final JdbcTemplate jdbc;
    private final CommitTimes commitTimes;

    PurchaseTable(JdbcTemplate jdbc, Setup setup) {
        this.jdbc = jdbc;
        this.commitTimes = setup.commitTimes();
        jdbc.execute("CREATE TABLE IF NOT EXISTS purchase"
                + " (id VARCHAR(40) PRIMARY KEY, buyer VARCHAR(60) NOT NULL, amount BIGINT NOT NULL)");
    }

    void insert(Purchase purchase) {
        jdbc.update(
                "INSERT INTO purchase (id, buyer, amount) VALUES (?, ?, ?)",
                purchase.id(),
                purchase.buyer(),
                purchase.amount());
        commitTimes.watch(purchase.id());
    }

    void clear() {
        jdbc.execute("TRUNCATE TABLE purchase");
    }
}
