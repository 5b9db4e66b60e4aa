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
 * @param bytes the size of a message's body
 * @param commitTimes is told of business transactions
 */
public record Setup(
        String name,
        String jdbcUrl,
        String nameServer,
        String topic,
        int connections,
        int bytes,
        CommitTimes commitTimes) {

    /** How long all contenders wait for the broker: on a busy machine a run should be slow rather than fail. */
    static final int PATIENCE_MILLIS = 15_000;

    /** The pool, alike for all contenders. */
    public HikariDataSource newPool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setUsername("root");
        config.setPassword("");
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(PATIENCE_MILLIS);
        return new HikariDataSource(config);
    }
}
