package io.rmqtx.transactions;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.rmqtx.transactions.Tiers#h2AndMariaDb")
class MyBatisPlusOnJdbcManagerTest extends TransactionContract {
    MyBatisPlusOnJdbcManagerTest() {
        super(Access.MYBATIS_PLUS, Manager.JDBC);
    }
}
