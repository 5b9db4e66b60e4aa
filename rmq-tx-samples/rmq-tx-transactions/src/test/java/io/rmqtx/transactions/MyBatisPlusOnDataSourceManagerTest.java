package io.rmqtx.transactions;

class MyBatisPlusOnDataSourceManagerTest extends TransactionContract {
    MyBatisPlusOnDataSourceManagerTest() {
        super(Access.MYBATIS_PLUS, Manager.DATA_SOURCE);
    }
}
