package io.rmqtx.testing;

import java.util.stream.Stream;

/** The databases that tests run on. */
public enum TestDatabaseKind {
    /** H2 in memory. */
    H2,
    /** A MariaDB server. */
    MARIADB,
    /** A PostgreSQL server. */
    POSTGRESQL;

    /** Those on which the promises are shown: H2 and MariaDB, and PostgreSQL too in the full tier. */
    public static Stream<TestDatabaseKind> ofThisTier() {
        return Boolean.getBoolean("rmqtx.test.full") ? Stream.of(values()) : Stream.of(H2, MARIADB);
    }
}
