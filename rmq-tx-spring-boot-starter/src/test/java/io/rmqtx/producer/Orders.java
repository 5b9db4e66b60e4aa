package io.rmqtx.producer;

import io.rmqtx.ReliableMessage;
import java.io.IOException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** An order service with every kind of annotated method. */
public class Orders {

    private final JdbcTemplate jdbc;
    private Runnable business = () -> {};

    public Orders(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        jdbc.execute("CREATE TABLE IF NOT EXISTS orders (id VARCHAR(40) PRIMARY KEY, amount INT)");
    }

    /** Runs inside the business methods, after the order's insert. */
    public void setBusiness(Runnable business) {
        this.business = business;
    }

    @Transactional
    @ReliableMessage(topic = "${orders.topic}", key = "#order.id", tag = "'CREATED'")
    public String place(Order order) {
        return insert(order);
    }

    @ReliableMessage(topic = "${orders.topic}", key = "#order.id", payload = "#order")
    public String placeWithoutTransaction(Order order) {
        return insert(order);
    }

    @Transactional(propagation = Propagation.REQUIRES_NEW)
    @ReliableMessage(topic = "${orders.topic}", key = "#p0.id")
    public String placeInNewTransaction(Order order) {
        return insert(order);
    }

    @ReliableMessage(topic = "${orders.topic}", condition = "#order.amount > 100", payload = "#order")
    public String placeIfLarge(Order order) {
        return insert(order);
    }

    @Transactional
    @ReliableMessage(topic = "${orders.topic}", tag = "'FIRST'")
    @ReliableMessage(topic = "${orders.topic}", tag = "'SECOND'")
    public String placeTwice(Order order) {
        return insert(order);
    }

    @Transactional(propagation = Propagation.NESTED)
    @ReliableMessage(topic = "${orders.topic}")
    public String placeNested(Order order) {
        return insert(order);
    }

    @Transactional
    @ReliableMessage(topic = "${orders.topic}")
    public String placeThenThrowChecked(Order order) throws IOException {
        insert(order);
        throw new IOException("checked, so Spring commits");
    }

    @Transactional
    @ReliableMessage(topic = "${orders.topic}", payload = "#payload")
    public void send(Object payload) {
        business.run();
    }

    @Transactional
    @ReliableMessage(topic = "${orders.topic}", payload = "#order", key = "#key")
    public void placeWithKey(Order order, String key) {
        insert(order);
    }

    private String insert(Order order) {
        jdbc.update("INSERT INTO orders (id, amount) VALUES (?, ?)", order.id(), order.amount());
        business.run();
        return order.id();
    }

    int count() {
        Integer count = jdbc.queryForObject("SELECT COUNT(*) FROM orders", Integer.class);
        return count == null ? 0 : count;
    }

    JdbcTemplate jdbc() {
        return jdbc;
    }
}
