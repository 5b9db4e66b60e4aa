package io.rmqtx.transactions;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.rmqtx.transactions.Tiers#h2AndMariaDb")
class JpaTest extends TransactionContract {
    JpaTest() {
        super(Access.JPA, Manager.JPA);
    }
}
