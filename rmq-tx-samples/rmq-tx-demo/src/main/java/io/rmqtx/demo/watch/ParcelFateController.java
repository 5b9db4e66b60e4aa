package io.rmqtx.demo.watch;

import io.rmqtx.demo.order.MovedParcel;
import io.rmqtx.demo.order.ParcelDesk;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Moves parcels whose messages have a fate. */
@RestController
class ParcelFateController {

    private static final List<String> CUSTOMERS = List.of("ada", "grace");
    private static final int STEPS = 5;

    private final ParcelDesk desk;
    private final ParcelCalls calls;
    private final Broker broker;

    ParcelFateController(ParcelDesk desk, ParcelCalls calls, Broker broker) {
        this.desk = desk;
        this.calls = calls;
        this.broker = broker;
    }

    /** Both parcels five steps on, by ten calls. */
    @PostMapping("/parcels/five-steps")
    @ResponseStatus(HttpStatus.CREATED)
    List<MovedParcel> fiveSteps() {
        boolean away = !broker.isRunning();
        List<MovedParcel> moved = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            for (String customer : CUSTOMERS) {
                moved.add(calls.moveOn(desk, customer, away));
            }
        }
        return moved;
    }

    /** The same while the broker is away; it stays away until it is started. */
    @PostMapping("/parcels/broker-away")
    @ResponseStatus(HttpStatus.CREATED)
    List<MovedParcel> brokerAway() {
        broker.stop();
        return fiveSteps();
    }
}
