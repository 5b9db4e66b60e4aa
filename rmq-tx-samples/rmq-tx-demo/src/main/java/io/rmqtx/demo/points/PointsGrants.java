package io.rmqtx.demo.points;

import io.rmqtx.ReliableListener;
import java.math.RoundingMode;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Grants one point for each full unit of an order's amount, once per message. */
@Component
public class PointsGrants {

    private final JdbcClient database;

    /** On this database. */
    public PointsGrants(JdbcClient database) {
        this.database = database;
    }

    /**
     * Grants the points of an order. The points and the idempotency key commit together.
     *
     * @throws CustomerBlockedException if the customer is blocked: the broker delivers again later, three times in all
     */
    @ReliableListener(
            topic = "${demo.orders-topic}",
            group = "${spring.application.name}",
            tags = "CREATED",
            maxAttempts = 3)
    public void grant(OrderCreated order) {
        database.sql("INSERT INTO points_grant (customer, order_id, points) VALUES (?, ?, ?)")
                .params(
                        order.customer(),
                        order.orderId(),
                        order.amount().setScale(0, RoundingMode.DOWN).longValueExact())
                .update();
        // After the insert on purpose: what is rolled back here was written already.
        if (isBlocked(order.customer())) {
            throw new CustomerBlockedException("customer '" + order.customer() + "' is blocked");
        }
    }

    private boolean isBlocked(String customer) {
        return database.sql("SELECT COUNT(*) FROM blocked_customer WHERE customer = ?")
                        .param(customer)
                        .query(Long.class)
                        .single()
                > 0;
    }
}
