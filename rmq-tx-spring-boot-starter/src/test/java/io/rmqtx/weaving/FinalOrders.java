package io.rmqtx.weaving;

import io.rmqtx.ReliableMessage;
import org.springframework.jdbc.core.JdbcTemplate;

/** A class that no proxy can extend. */
public final class FinalOrders {

    private final JdbcTemplate jdbc;

    public FinalOrders(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Final, as its class is. */
    @ReliableMessage(topic = "${orders.topic}")
    public final void place(String order) {
        jdbc.update("INSERT INTO orders (id) VALUES (?)", order);
    }
}
