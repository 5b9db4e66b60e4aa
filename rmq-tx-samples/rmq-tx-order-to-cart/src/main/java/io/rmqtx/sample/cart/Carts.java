package io.rmqtx.sample.cart;

import io.rmqtx.ReliableListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

/** The carts. */
@Service
public class Carts {

    private final JdbcTemplate jdbc;

    /** With the carts' database. */
    public Carts(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Puts goods into a cart. */
    public void put(String customer, String article, int quantity) {
        jdbc.update(
                "INSERT INTO cart_item (customer, article, quantity) VALUES (?, ?, ?)", customer, article, quantity);
    }

    /** Takes what was ordered out of the cart: as many as were ordered, so a second time would take too many. */
    @ReliableListener(topic = "${sample.orders-topic}", group = "${sample.cart-group}", tags = "PLACED")
    public void removeOrdered(OrderPlaced order) {
        for (OrderPlaced.Line line : order.lines()) {
            jdbc.update(
                    "UPDATE cart_item SET quantity = quantity - ? WHERE customer = ? AND article = ?",
                    line.quantity(),
                    order.customer(),
                    line.article());
        }
    }
}
