package io.rmqtx.transactions;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.rmqtx.transactions.Tiers#h2AndMariaDb")
class JdbcOnJdbcManagerTest extends TransactionContract {
    JdbcOnJdbcManagerTest() {
        super(Access.JDBC, Manager.JDBC);
    }
}
