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

    /**
     * The time in a fresh UUID of version 7, which begins with it. Not CURRENT_TIMESTAMP: in H2, too, that one stands
     * still while a transaction runs. Not EXECUTING_STATEMENT_START: the view that has it reads the transactions of all
     * sessions, and fails with a NullPointerException when one of them ends meanwhile (2.3.232, 2.4.240).
     */
    @Override
    public String currentEpochMillis() {
        return "CAST(X'0000' || SUBSTRING(CAST(RANDOM_UUID(7) AS VARBINARY(16)) FROM 1 FOR 6) AS BIGINT)";
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
