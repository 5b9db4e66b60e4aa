package io.rmqtx.store;

import io.rmqtx.spi.StoreDialect;

/** PostgreSQL 13 or later. */
final class PostgreSqlDialect implements StoreDialect {

    @Override
    public boolean supports(String databaseProductName) {
        return databaseProductName.equals("PostgreSQL");
    }

    @Override
    public String name() {
        return "postgresql";
    }

    /** Not CURRENT_TIMESTAMP: that one stands still while a transaction runs. */
    @Override
    public String currentEpochMillis() {
        return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
    }

    @Override
    public String fromNothing() {
        return "";
    }

    @Override
    public String onDuplicateDoNothing() {
        return "ON CONFLICT DO NOTHING";
    }

    @Override
    public boolean failedStatementEndsTransaction() {
        return true;
    }

    @Override
    public boolean waitedInsertBlocksOtherKeys() {
        return false;
    }
}
