package io.rmqtx.sample.order;

import io.rmqtx.ReliableMessage;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Places orders, and tells of each one that is really placed. */
@Service
public class OrderService {

    private final JdbcTemplate jdbc;

    /** With the orders' database. */
    public OrderService(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Places an order. Other services hear of it if, and only if, this transaction commits.
     *
     * @throws IllegalArgumentException if a quantity is not positive; nothing is placed then
     */
    @Transactional
    @ReliableMessage(topic = "${sample.orders-topic}", tag = "'PLACED'", key = "#order.id")
    public void place(Order order) {
        jdbc.update("INSERT INTO orders (id, customer) VALUES (?, ?)", order.id(), order.customer());
        for (Order.Line line : order.lines()) {
            if (line.quantity() < 1) {
                throw new IllegalArgumentException("Order '" + order.id() + "': the quantity of '" + line.article()
                        + "' must be positive, but is " + line.quantity() + ".");
            }
            jdbc.update(
                    "INSERT INTO order_line (order_id, article, quantity) VALUES (?, ?, ?)",
                    order.id(),
                    line.article(),
                    line.quantity());
        }
    }
}
