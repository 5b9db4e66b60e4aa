package io.rmqtx.store;

import io.rmqtx.spi.StoreDialect;

/** H2 2.x in any of its modes, for development and tests. */
final class H2Dialect implements StoreDialect {

    @Override
    public boolean supports(String databaseProductName) {
        return databaseProductName.equals("H2");
    }

    @Override
    public String name() {
        return "h2";
    }

    /** Not CURRENT_TIMESTAMP: in H2, too, that one stands still while a transaction runs. */
    @Override
    public String currentEpochMillis() {
        return "(SELECT CAST(EXTRACT(EPOCH FROM EXECUTING_STATEMENT_START) * 1000 AS BIGINT)"
                + " FROM INFORMATION_SCHEMA.SESSIONS WHERE SESSION_ID = SESSION_ID())";
    }

    @Override
    public String fromNothing() {
        return "";
    }

    @Override
    public String onDuplicateDoNothing() {
        return "";
    }

    @Override
    public boolean failedStatementEndsTransaction() {
        return false;
    }

    @Override
    public boolean waitedInsertBlocksOtherKeys() {
        return false;
    }
}
