package io.rmqtx.weaving;

import io.rmqtx.ReliableMessage;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** Methods that call the annotated ones which they override. */
public class OverridingOrders extends WovenOrders {

    public OverridingOrders(JdbcTemplate jdbc, boolean transactions) {
        super(jdbc, transactions);
    }

    @Override
    @Transactional
    @ReliableMessage(topic = "${orders.topic}", tag = "'OVERRIDING'")
    public void place(String order) {
        super.place(order);
    }

    /** Inherits the annotations, which the weaver does not see. */
    @Override
    public void placeWithTwoMessages(String order) {
        super.placeWithTwoMessages(order);
    }

    /** Calls what it does not override: a call of its own. */
    void callSuper(String order) {
        super.place(order);
    }
}
