package io.rmqtx.transactions;

class JdbcOnJdbcManagerTest extends TransactionContract {
    JdbcOnJdbcManagerTest() {
        super(Access.JDBC, Manager.JDBC);
    }
}
