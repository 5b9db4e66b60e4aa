package io.rmqtx.demo.order;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The parcels' HTTP. */
@RestController
class ParcelController {

    private final ParcelDesk desk;

    ParcelController(ParcelDesk desk) {
        this.desk = desk;
    }

    /** Moves a customer's parcel to its next place. */
    @PostMapping("/parcels/{customer}")
    @ResponseStatus(HttpStatus.CREATED)
    MovedParcel moveOn(@PathVariable("customer") String customer) {
        return desk.moveOn(customer);
    }
}
