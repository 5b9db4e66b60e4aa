package io.rmqtx.chaos.service;

import io.rmqtx.MessageMode;
import io.rmqtx.ReliableMessage;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** Numbers the messages of each order key, under a lock on the key's row. */
class NumberService {

    private final JdbcTemplate jdbc;

    NumberService(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Transactional
    @ReliableMessage(
            topic = "${chaos.numbers-topic}",
            mode = MessageMode.OUTBOX,
            orderKey = "#orderKey",
            key = "#result",
            payload = "#result")
    public String next(String orderKey) {
        jdbc.update("UPDATE numbers SET last_number = last_number + 1 WHERE order_key = ?", orderKey);
        return orderKey + ":"
                + jdbc.queryForObject("SELECT last_number FROM numbers WHERE order_key = ?", Integer.class, orderKey);
    }
}
