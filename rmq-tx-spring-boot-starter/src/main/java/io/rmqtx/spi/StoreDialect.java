package io.rmqtx.spi;

/** What differs between databases, as answers to questions. A bean of this type is asked before the built-in ones. */
public interface StoreDialect {

    /** Whether this dialect fits the product name that the JDBC driver reports. */
    boolean supports(String databaseProductName);

    /** The name of the schema script, {@code rmq-tx-<name>.sql}. */
    String name();

    /** The database's current time as epoch milliseconds, an SQL expression that does not depend on a time zone. */
    String currentEpochMillis();

    /** What a {@code SELECT} without a table needs between its list and its {@code WHERE}; may be empty. */
    String fromNothing();

    /** The clause after {@code VALUES (...)} that turns a duplicate key into zero inserted rows; empty if there is none. */
    String onDuplicateDoNothing();

    /** Whether a failed statement makes the rest of the transaction impossible. */
    boolean failedStatementEndsTransaction();

    /**
     * Whether an insert that waited for a duplicate and proceeded after its roll-back keeps locks on other keys, so
     * that the transaction has to be repeated (InnoDB's gap lock).
     */
    boolean waitedInsertBlocksOtherKeys();

    /**
     * Refuses versions that lack something this dialect needs.
     *
     * @param databaseProductVersion what {@link java.sql.DatabaseMetaData#getDatabaseProductVersion()} says
     * @throws io.rmqtx.RmqTxConfigurationException if the version is too old
     */
    default void checkVersion(String databaseProductVersion) {}
}
