package io.rmqtx.producer;

import io.rmqtx.HalfMessageTiming;
import io.rmqtx.InvalidMessageException;
import io.rmqtx.ReliableMessage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Annotated methods that say when their half message is sent. */
public class TimedOrders {

    private final JdbcTemplate jdbc;
    private Runnable business = () -> {};

    public TimedOrders(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Runs inside the business methods, after the order's insert. */
    public void setBusiness(Runnable business) {
        this.business = business;
    }

    @Transactional
    @ReliableMessage(topic = "${orders.topic}", half = HalfMessageTiming.EARLY)
    public Order placeEarly(Order order) {
        return insert(order);
    }

    @Transactional
    @ReliableMessage(
            topic = "${orders.topic}",
            half = HalfMessageTiming.LATE,
            payload = "#result",
            key = "#result.id",
            condition = "#result.amount > 0")
    public @Nullable Order placeLate(Order order) {
        return insert(new Order(order.id(), order.amount() - 100));
    }

    @ReliableMessage(topic = "${orders.topic}", half = HalfMessageTiming.LATE, payload = "#result")
    public @Nullable Order placeLateWithoutTransaction(Order order) {
        return insert(order);
    }

    @Transactional(propagation = Propagation.NESTED)
    @ReliableMessage(topic = "${orders.topic}", half = HalfMessageTiming.LATE, payload = "#result")
    public @Nullable Order placeLateNested(Order order) {
        insert(order);
        return null;
    }

    @Transactional(propagation = Propagation.NESTED)
    @ReliableMessage(topic = "${orders.topic}", half = HalfMessageTiming.EARLY)
    public void placeEarlyNestedAndFail(Order order) {
        insert(order);
        throw new IllegalStateException("business says no");
    }

    @Transactional(noRollbackFor = InvalidMessageException.class)
    @ReliableMessage(topic = "${orders.topic}", half = HalfMessageTiming.LATE, payload = "#result")
    public @Nullable Order placeWithoutResult(Order order) {
        insert(order);
        return null;
    }

    @Transactional
    @ReliableMessage(topic = "${orders.topic}", half = HalfMessageTiming.LATE)
    public void placeThenThrowChecked(Order order) throws IOException {
        insert(order);
        throw new IOException("checked, so Spring commits");
    }

    @Transactional
    @ReliableMessage(topic = "${orders.topic}", half = HalfMessageTiming.LATE, payload = "#result")
    public Order placeThenThrowCheckedWithoutResult(Order order) throws IOException {
        insert(order);
        throw new IOException("checked, so Spring would commit");
    }

    @Transactional
    @ReliableMessage(topic = "${orders.topic}", payload = "#result")
    public void placeArgumentNamedResult(Order result) {
        insert(result);
    }

    private Order insert(Order order) {
        jdbc.update("INSERT INTO orders (id, amount) VALUES (?, ?)", order.id(), order.amount());
        business.run();
        return order;
    }
}
