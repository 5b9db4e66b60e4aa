package io.rmqtx.transactions;

class MyBatisPlusOnJpaManagerTest extends TransactionContract {
    MyBatisPlusOnJpaManagerTest() {
        super(Access.MYBATIS_PLUS, Manager.JPA);
    }
}
