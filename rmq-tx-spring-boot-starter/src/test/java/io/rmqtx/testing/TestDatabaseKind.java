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

    /** For what is decided above the database, by Spring's synchronizations say: H2, and all of them in the full tier. */
    public static Stream<TestDatabaseKind> h2OrAll() {
        return Boolean.getBoolean("rmqtx.test.full") ? Stream.of(values()) : Stream.of(H2);
    }

    /** Those on which the promises are shown: H2 and MariaDB, and PostgreSQL too in the full tier. */
    public static Stream<TestDatabaseKind> ofThisTier() {
        return Boolean.getBoolean("rmqtx.test.full") ? Stream.of(values()) : Stream.of(H2, MARIADB);
    }
}
