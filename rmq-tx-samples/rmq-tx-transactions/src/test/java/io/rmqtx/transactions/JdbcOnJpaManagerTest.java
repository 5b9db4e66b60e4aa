package io.rmqtx.transactions;

class JdbcOnJpaManagerTest extends TransactionContract {
    JdbcOnJpaManagerTest() {
        super(Access.JDBC, Manager.JPA);
    }
}
