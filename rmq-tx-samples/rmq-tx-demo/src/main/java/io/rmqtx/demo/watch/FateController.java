package io.rmqtx.demo.watch;

import io.rmqtx.demo.order.OrderDesk;
import io.rmqtx.demo.order.PlacedOrder;
import java.math.BigDecimal;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Places orders whose messages have a fate. */
@RestController
class FateController {

    private final OrderDesk desk;
    private final CommitFault fault;
    private final Timeline timeline;

    FateController(OrderDesk desk, CommitFault fault, Timeline timeline) {
        this.desk = desk;
        this.fault = fault;
        this.timeline = timeline;
    }

    /** Nothing goes wrong. */
    @PostMapping("/orders/success")
    @ResponseStatus(HttpStatus.CREATED)
    PlacedOrder success() {
        return place("all goes well", "ada", "99.50");
    }

    /** The COMMIT of the message is lost on its way to the broker. */
    @PostMapping("/orders/commit-lost")
    @ResponseStatus(HttpStatus.CREATED)
    PlacedOrder commitLost() throws InterruptedException {
        return fault.losing(() -> place("the commit gets lost", "grace", "42.00"));
    }

    /** The customer is blocked in the points service, so every attempt to consume fails. */
    @PostMapping("/orders/consumption-fails")
    @ResponseStatus(HttpStatus.CREATED)
    PlacedOrder consumptionFails() {
        return place("consumption fails", "blocked", "10.00");
    }

    private PlacedOrder place(String fate, String customer, String amount) {
        long number = desk.nextNumber();
        timeline.expect(number, fate);
        return desk.place(number, customer, new BigDecimal(amount));
    }
}
