package io.rmqtx.transactions;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.rmqtx.transactions.Tiers#h2")
class MyBatisPlusOnDataSourceManagerTest extends TransactionContract {
    MyBatisPlusOnDataSourceManagerTest() {
        super(Access.MYBATIS_PLUS, Manager.DATA_SOURCE);
    }
}
