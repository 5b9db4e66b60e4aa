package io.rmqtx.transactions;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.rmqtx.transactions.Tiers#h2")
class MyBatisPlusOnJpaManagerTest extends TransactionContract {
    MyBatisPlusOnJpaManagerTest() {
        super(Access.MYBATIS_PLUS, Manager.JPA);
    }
}
