package io.rmqtx.transactions;

import io.rmqtx.testing.TestDatabaseKind;
import java.util.stream.Stream;

/** Which databases a class runs on. */
final class Tiers {

    private Tiers() {}

    /** H2; all databases in the full tier. */
    static Stream<TestDatabaseKind> h2() {
        return Boolean.getBoolean("rmqtx.test.full")
                ? Stream.of(TestDatabaseKind.values())
                : Stream.of(TestDatabaseKind.H2);
    }

    /** H2 and MariaDB; all databases in the full tier. */
    static Stream<TestDatabaseKind> h2AndMariaDb() {
        return TestDatabaseKind.ofThisTier();
    }
}
