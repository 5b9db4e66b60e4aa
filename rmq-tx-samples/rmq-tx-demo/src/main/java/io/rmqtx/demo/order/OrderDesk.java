package io.rmqtx.demo.order;

import io.rmqtx.MessageIds;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.springframework.stereotype.Component;

/** Numbers orders, places them, and tells the ids of their messages. */
@Component
public class OrderDesk {

    private final OrderMapper orders;
    private final OrderService service;

    OrderDesk(OrderMapper orders, OrderService service) {
        this.orders = orders;
        this.service = service;
    }

    /** The number of the next order. */
    public long nextNumber() {
        return orders.nextNumber();
    }

    /** Places an order under a number. */
    public PlacedOrder place(long number, String customer, BigDecimal amount) {
        LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MILLIS);
        try (MessageIds ids = MessageIds.record()) {
            service.place(new Order(number, customer, amount, now));
            return new PlacedOrder(number, ids.single(), customer, amount);
        }
    }
}
