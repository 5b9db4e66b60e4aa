package io.rmqtx.benchmark;

import io.rmqtx.benchmark.contender.Backlog;
import io.rmqtx.benchmark.contender.Contender;
import io.rmqtx.benchmark.contender.Participant;
import io.rmqtx.benchmark.contender.Setup;
import java.time.Duration;
import org.apache.rocketmq.client.exception.MQClientException;
import org.jspecify.annotations.Nullable;

/**
 * What the process of a contender is told to do, in a line each: {@code run THREADS MILLIS}, {@code pace RATE MILLIS},
 * {@code fill MESSAGES HISTORY}, {@code deliver}, {@code settled} and {@code clear}.
 */
final class Orders implements AutoCloseable {

    private final Participant participant;
    private final Setup setup;
    private @Nullable LoadGenerator load;
    private @Nullable LatencyMeter latencies;

    Orders(Participant participant, Setup setup) {
        this.participant = participant;
        this.setup = setup;
    }

    /** Obeys, and returns the answer. */
    Object obey(String order) throws Exception {
        String[] words = order.split(" ", -1);
        return switch (words[0]) {
            case "run" -> load().run(Integer.parseInt(words[1]), millis(words[2]));
            case "pace" -> latencies().run(Integer.parseInt(words[1]), millis(words[2]));
            case "settled" -> participant.isSettled();
            case "fill" -> {
                backlog().fill(Long.parseLong(words[1]), Long.parseLong(words[2]));
                yield true;
            }
            case "deliver" -> {
                backlog().deliver();
                yield true;
            }
            case "clear" -> {
                participant.clear();
                yield true;
            }
            default -> throw new IllegalArgumentException("unknown order: " + order);
        };
    }

    private static Duration millis(String millis) {
        return Duration.ofMillis(Long.parseLong(millis));
    }

    private LoadGenerator load() {
        if (load == null) {
            load = new LoadGenerator((Contender) participant, setup.bytes());
        }
        return load;
    }

    private LatencyMeter latencies() throws MQClientException {
        if (latencies == null) {
            latencies = new LatencyMeter((Contender) participant, setup);
        }
        return latencies;
    }

    private Backlog backlog() {
        return (Backlog) participant;
    }

    @Override
    public void close() {
        if (latencies != null) {
            latencies.close();
        }
    }
}
