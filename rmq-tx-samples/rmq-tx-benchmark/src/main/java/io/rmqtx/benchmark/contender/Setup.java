package io.rmqtx.benchmark.contender;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/**
 * Where a contender works.
 *
 * @param name the contender's
 * @param jdbcUrl a database of its own, empty
 * @param nameServer the name server's address
 * @param topic a topic of its own
 * @param connections the size of the connection pool
 */
public record Setup(String name, String jdbcUrl, String nameServer, String topic, int connections) {

    /** The pool, alike for all contenders. */
    public HikariDataSource newPool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setUsername("root");
        config.setPassword("");
        config.setMaximumPoolSize(connections);
        return new HikariDataSource(config);
    }
}
