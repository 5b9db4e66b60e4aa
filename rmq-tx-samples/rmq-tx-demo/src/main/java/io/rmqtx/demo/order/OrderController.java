package io.rmqtx.demo.order;

import jakarta.validation.Valid;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The order service's own HTTP. */
@RestController
class OrderController {

    private final OrderDesk desk;
    private final OrderMapper orders;

    OrderController(OrderDesk desk, OrderMapper orders) {
        this.desk = desk;
        this.orders = orders;
    }

    /** Places an order. */
    @PostMapping("/orders")
    @ResponseStatus(HttpStatus.CREATED)
    PlacedOrder place(@Valid @RequestBody NewOrder order) {
        return desk.place(desk.nextNumber(), order.customer(), order.amount());
    }

    /** All orders. */
    @GetMapping("/orders")
    List<Order> orders() {
        return orders.selectList(null);
    }
}
