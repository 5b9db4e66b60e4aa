package io.rmqtx.transactions;

class JdbcOnDataSourceManagerTest extends TransactionContract {
    JdbcOnDataSourceManagerTest() {
        super(Access.JDBC, Manager.DATA_SOURCE);
    }
}
