package io.rmqtx.chaos;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waiting for what must come. The bound only says when to give up, on a machine that is busy with other things. */
final class Wait {

    static final Duration LONG = Duration.ofMinutes(3);

    private Wait() {}

    static ConditionFactory until(String what) {
        return Awaitility.await(what).atMost(LONG).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(30));
    }
}
