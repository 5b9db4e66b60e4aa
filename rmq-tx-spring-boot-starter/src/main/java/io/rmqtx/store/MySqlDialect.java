package io.rmqtx.store;

import io.rmqtx.spi.StoreDialect;

/** MySQL 8.0 and MariaDB 10.6 or later, with the SQL that both document. */
final class MySqlDialect implements StoreDialect {

    @Override
    public boolean supports(String databaseProductName) {
        return databaseProductName.equals("MySQL") || databaseProductName.equals("MariaDB");
    }

    @Override
    public String name() {
        return "mysql";
    }

    /** Not UNIX_TIMESTAMP(): that one goes through the session's time zone, where an hour can occur twice. */
    @Override
    public String currentEpochMillis() {
        return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000";
    }

    @Override
    public String fromNothing() {
        return "FROM DUAL";
    }

    /** None: INSERT IGNORE would swallow other errors than the duplicate, and cut what is too long. */
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
        return true;
    }
}
