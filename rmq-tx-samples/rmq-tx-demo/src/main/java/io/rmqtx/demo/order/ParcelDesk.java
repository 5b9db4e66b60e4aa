package io.rmqtx.demo.order;

import io.rmqtx.MessageIds;
import org.springframework.stereotype.Component;

/** Moves parcels, and tells the ids of their messages. */
@Component
public class ParcelDesk {

    private final ParcelService service;

    ParcelDesk(ParcelService service) {
        this.service = service;
    }

    /** Moves a customer's parcel to its next place. */
    public MovedParcel moveOn(String customer) {
        try (MessageIds ids = MessageIds.record()) {
            ParcelMoved moved = service.moveOn(customer);
            return new MovedParcel(moved.customer(), moved.step(), moved.place(), ids.single());
        }
    }
}
