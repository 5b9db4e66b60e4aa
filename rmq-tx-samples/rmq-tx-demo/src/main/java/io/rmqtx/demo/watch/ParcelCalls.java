package io.rmqtx.demo.watch;

import io.rmqtx.demo.order.MovedParcel;
import io.rmqtx.demo.order.ParcelDesk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves parcels, remembers how long each call took, and says how far their messages are. */
final class ParcelCalls {

    private static final Logger log = LoggerFactory.getLogger("demo");
    private static final int MOST = 200;

    private final Databases databases;
    private final Map<String, Call> calls = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Call> eldest) {
            return size() > MOST;
        }
    };

    ParcelCalls(Databases databases) {
        this.databases = databases;
    }

    /** Moves a customer's parcel, and takes the time. */
    MovedParcel moveOn(ParcelDesk desk, String customer, boolean brokerAway) {
        long start = System.nanoTime();
        MovedParcel moved = desk.moveOn(customer);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        synchronized (calls) {
            calls.put(moved.messageId(), new Call(millis, brokerAway));
        }
        log.info(
                "parcel {}-{}  committed in {} ms{}",
                moved.customer(),
                moved.step(),
                millis,
                brokerAway ? ", although the broker is away" : "");
        return moved;
    }

    /** What waits, what is where, and what has arrived in which order. */
    Map<String, Object> all() {
        List<Map<String, Object>> messages = new ArrayList<>();
        for (Databases.ParcelRow row : databases.parcelRows()) {
            Call call = call(row.messageId());
            Map<String, Object> message = new LinkedHashMap<>();
            message.put("parcel", row.messageKey());
            message.put("status", row.status());
            message.put("millis", call == null ? null : call.millis());
            message.put("brokerAway", call != null && call.brokerAway());
            messages.add(message);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("waiting", databases.waitingParcels());
        all.put("messages", messages);
        all.put("arrived", databases.parcelNews());
        return all;
    }

    private @Nullable Call call(String messageId) {
        synchronized (calls) {
            return calls.get(messageId);
        }
    }

    private record Call(long millis, boolean brokerAway) {}
}
