package io.rmqtx.transactions;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.rmqtx.transactions.Tiers#h2")
class JdbcOnJpaManagerTest extends TransactionContract {
    JdbcOnJpaManagerTest() {
        super(Access.JDBC, Manager.JPA);
    }
}
