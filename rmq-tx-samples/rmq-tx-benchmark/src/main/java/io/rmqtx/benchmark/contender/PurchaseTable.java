package io.rmqtx.benchmark.contender;

import org.springframework.jdbc.core.JdbcTemplate;

/** The business table. */
final class PurchaseTable {

    private final JdbcTemplate jdbc;

    PurchaseTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        jdbc.execute("CREATE TABLE IF NOT EXISTS purchase"
                + " (id VARCHAR(40) PRIMARY KEY, buyer VARCHAR(60) NOT NULL, amount BIGINT NOT NULL)");
    }

    void insert(Purchase purchase) {
        jdbc.update(
                "INSERT INTO purchase (id, buyer, amount) VALUES (?, ?, ?)",
                purchase.id(),
                purchase.buyer(),
                purchase.amount());
    }

    void clear() {
        jdbc.execute("TRUNCATE TABLE purchase");
    }
}
