package io.rmqtx.benchmark;

import io.rmqtx.benchmark.Comparison.Pair;
import io.rmqtx.benchmark.contender.Backlog;
import io.rmqtx.benchmark.contender.Contender;
import io.rmqtx.benchmark.contender.Participant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is measured. */
enum Mode {
    /** Calls that send transactional messages: how many a second, and how long each takes. */
    TRANSACTIONAL(
            Contender.class,
            List.of("hand-written", "hand-written-acknowledged", "hand-written-in-full", "rmq-tx"),
            12,
            Duration.ofMillis(2500),
            Duration.ofMillis(20)),

    /** Calls that leave their messages in an outbox: also how many messages a second reach the topic. */
    OUTBOX(
            Contender.class,
            List.of("hand-written", "unsafe", "transaction-outbox", "rmq-tx-outbox"),
            12,
            Duration.ofMillis(2500),
            Duration.ofMillis(5)),

    /** How fast a backlog reaches the topic, beside what the same client can send in a bare loop. */
    DRAIN(
            Backlog.class,
            List.of("bare-single", "bare-batched", "transaction-outbox", "rmq-tx-outbox", "rmq-tx-outbox-4"),
            5,
            Duration.ofMillis(2500),
            Duration.ofMillis(5)),

    /** The time from a commit to the consumer, lightly loaded. */
    LATENCY(
            Contender.class,
            List.of("unsafe", "transaction-outbox", "rmq-tx-outbox"),
            12,
            Duration.ofSeconds(5),
            Duration.ofMillis(5));

    private final Class<? extends Participant> takesPart;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> contenders;

    private final int rounds;
    private final Duration measured;
    private final Duration look;

    Mode(
            Class<? extends Participant> takesPart,
            List<String> contenders,
            int rounds,
            Duration measured,
            Duration look) {
        this.takesPart = takesPart;
        this.contenders = contenders;
        this.rounds = rounds;
        this.measured = measured;
        this.look = look;
    }

    /** By its name in lower case. */
    static Mode named(String name) {
        return Arrays.stream(values())
                .filter(mode -> mode.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no mode '" + name + "'; there are " + Arrays.toString(values()) + "."));
    }

    /** The names of those who take part unless others are named. */
    List<String> contenders() {
        return contenders;
    }

    /**
     * The contenders of these names.
     *
     * @throws IllegalArgumentException if there is none of that name, or if it has nothing to show in this mode
     */
    List<ContenderSpec> named(List<String> names) {
        List<ContenderSpec> specs = names.stream().map(ContenderSpec::named).toList();
        for (ContenderSpec spec : specs) {
            if (!takesPart.isAssignableFrom(spec.type())) {
                throw new IllegalArgumentException("Contender '" + spec.name() + "' cannot take part in mode '" + this
                        + "'; by default " + contenders + " do.");
            }
        }
        return specs;
    }

    /** By whom each is compared: the transactional ones with the first, else the last one with each of the others. */
    List<Pair> pairs(List<ContenderSpec> contenders) {
        List<Pair> pairs = new ArrayList<>();
        if (this == TRANSACTIONAL) {
            contenders.stream().skip(1).forEach(other -> pairs.add(new Pair(other, contenders.get(0))));
        } else {
            ContenderSpec last = contenders.get(contenders.size() - 1);
            contenders.stream().limit(contenders.size() - 1L).forEach(other -> pairs.add(new Pair(last, other)));
        }
        return pairs;
    }

    int rounds() {
        return rounds;
    }

    /** The length of a measured run. */
    Duration measured() {
        return measured;
    }

    /** How often the broker is asked, at most, what is in a topic. */
    Duration look() {
        return look;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
