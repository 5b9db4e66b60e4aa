package io.rmqtx.transactions;

class MyBatisPlusOnJdbcManagerTest extends TransactionContract {
    MyBatisPlusOnJdbcManagerTest() {
        super(Access.MYBATIS_PLUS, Manager.JDBC);
    }
}
