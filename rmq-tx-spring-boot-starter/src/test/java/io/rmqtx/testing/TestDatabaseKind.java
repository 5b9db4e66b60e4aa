package io.rmqtx.testing;

/** The databases that tests run on. */
public enum TestDatabaseKind {
    /** H2 in memory. */
    H2,
    /** A MariaDB server. */
    MARIADB,
    /** A PostgreSQL server. */
    POSTGRESQL
}
