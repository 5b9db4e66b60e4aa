package io.rmqtx.chaos;

import java.util.HashMap;
import java.util.Map;

/** How soon a relay takes up what another process left. */
final class RelayTimes {

    /** As soon as may be: what is late is tried again. */
    static final Map<String, String> SHORT = of("3s", "3s", "1s");

    /** Longer than a busy machine needs from a commit, or a claim, to the answer of a send. */
    static final Map<String, String> PATIENT = of("9s", "9s", "3s");

    private RelayTimes() {}

    private static Map<String, String> of(String dispatchLease, String lease, String sendTimeout) {
        return Map.of(
                "rmq-tx.relay.dispatch-lease", dispatchLease,
                "rmq-tx.relay.lease", lease,
                "rmq-tx.relay.send-timeout", sendTimeout,
                "rmq-tx.relay.poll", "200ms",
                "rmq-tx.relay.flush-interval", "200ms");
    }

    /** The times, and one more property. */
    static Map<String, String> with(Map<String, String> times, String name, String value) {
        Map<String, String> properties = new HashMap<>(times);
        properties.put(name, value);
        return properties;
    }
}
