package io.rmqtx.transactions;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.rmqtx.transactions.Tiers#h2")
class JdbcOnDataSourceManagerTest extends TransactionContract {
    JdbcOnDataSourceManagerTest() {
        super(Access.JDBC, Manager.DATA_SOURCE);
    }
}
