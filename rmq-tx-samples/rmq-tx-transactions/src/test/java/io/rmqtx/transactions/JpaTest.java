package io.rmqtx.transactions;

class JpaTest extends TransactionContract {
    JpaTest() {
        super(Access.JPA, Manager.JPA);
    }
}
