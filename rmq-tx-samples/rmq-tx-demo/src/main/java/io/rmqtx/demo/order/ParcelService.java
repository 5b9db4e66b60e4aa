package io.rmqtx.demo.order;

import io.rmqtx.MessageMode;
import io.rmqtx.ReliableMessage;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Moves parcels. Its messages wait in the database while the broker is away, and the calls go on; those of one customer
 * are published in the order of their commits, because each commits under the lock of his parcel's row.
 */
@Service
public class ParcelService {

    private static final List<String> PLACES =
            List.of("packed", "collected", "at the depot", "on its way", "at the door");

    private final ParcelMapper parcels;

    ParcelService(ParcelMapper parcels) {
        this.parcels = parcels;
    }

    /**
     * Moves a customer's parcel to its next place.
     *
     * @throws NoParcelException if he has none
     */
    @Transactional
    @ReliableMessage(
            topic = "${demo.parcels-topic}",
            mode = MessageMode.OUTBOX,
            orderKey = "#customer",
            key = "#result.customer + '-' + #result.step",
            payload = "#result")
    public ParcelMoved moveOn(String customer) {
        if (parcels.moveOn(customer) == 0) {
            throw new NoParcelException(
                    "There is no parcel for '" + customer + "'; there is one for ada and for grace.");
        }
        int step = parcels.step(customer);
        return new ParcelMoved(customer, step, PLACES.get((step - 1) % PLACES.size()));
    }
}
