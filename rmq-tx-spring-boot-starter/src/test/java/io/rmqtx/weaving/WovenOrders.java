package io.rmqtx.weaving;

import io.rmqtx.ReliableMessage;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Methods that a Spring proxy intercepts, and such that it cannot. */
public class WovenOrders {

    private final JdbcTemplate jdbc;
    private final boolean transactions;

    /** With transactions that are expected round each insert, or not. */
    public WovenOrders(JdbcTemplate jdbc, boolean transactions) {
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    /** Through the proxy, or on {@code this}. */
    @Transactional
    @ReliableMessage(topic = "${orders.topic}")
    public void place(String order) {
        insert(order);
    }

    /** The same, and fails. */
    @Transactional
    @ReliableMessage(topic = "${orders.topic}")
    public void placeAndFail(String order) {
        insert(order);
        throw new IllegalStateException("business says no");
    }

    /** In a transaction of its own. */
    @Transactional(propagation = Propagation.REQUIRES_NEW)
    @ReliableMessage(topic = "${orders.topic}")
    public void placeApart(String order) {
        insert(order);
    }

    /** Two messages. */
    @ReliableMessage(topic = "${orders.topic}", tag = "'FIRST'")
    @ReliableMessage(topic = "${orders.topic}", tag = "'SECOND'")
    public void placeWithTwoMessages(String order) {
        insert(order);
    }

    /** Calls itself as long as there are commas. */
    @Transactional
    @ReliableMessage(topic = "${orders.topic}")
    public void placeEach(String orders) {
        int comma = orders.indexOf(',');
        insert(comma < 0 ? orders : orders.substring(0, comma));
        if (comma >= 0) {
            placeEach(orders.substring(comma + 1));
        }
    }

    @ReliableMessage(topic = "${orders.topic}")
    private void placePrivately(String order) {
        insert(order);
    }

    void callPlace(String order) {
        place(order);
    }

    void callPlaceAndFail(String order) {
        placeAndFail(order);
    }

    void callPrivate(String order) {
        placePrivately(order);
    }

    void callTwoMessages(String order) {
        placeWithTwoMessages(order);
    }

    /** Joins what is active, and keeps one order whatever becomes of it. */
    @Transactional
    public void callInTransactionThatFails(String order) {
        place(order);
        placeApart(order + "-apart");
        throw new IllegalStateException("business says no");
    }

    private void insert(String order) {
        if (transactions && !TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new AssertionError("no transaction");
        }
        jdbc.update("INSERT INTO orders (id) VALUES (?)", order);
    }
}
