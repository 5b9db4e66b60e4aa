package io.rmqtx.demo.order;

import io.rmqtx.ReliableMessage;
import java.math.BigDecimal;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Places orders. The annotation is all that it takes to tell other services, if and only if the order exists. */
@Service
public class OrderService {

    static final BigDecimal LIMIT = new BigDecimal("10000");

    private final OrderMapper orders;
    private final ApplicationEventPublisher events;

    OrderService(OrderMapper orders, ApplicationEventPublisher events) {
        this.orders = orders;
        this.events = events;
    }

    /**
     * Places an order.
     *
     * @throws CreditLimitException if it is too large
     */
    @Transactional
    @ReliableMessage(topic = "${demo.orders-topic}", tag = "'CREATED'", key = "#order.id", payload = "#order.created()")
    public void place(Order order) {
        orders.insert(order);
        events.publishEvent(new OrderPlaced(order.getId()));
        // After the insert on purpose: what is rolled back here was written already, and its half message was sent.
        if (order.getAmount().compareTo(LIMIT) > 0) {
            throw new CreditLimitException("An order of " + order.getAmount() + " is above the limit of " + LIMIT
                    + ". It was rolled back, and no service will hear of it.");
        }
    }
}
