package io.rmqtx.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which messages a broker may have that the route no longer names. */
class KnownBrokersTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final KnownBrokers brokers = new KnownBrokers();

    @Test
    void aRouteThatNeverNamedAnotherBrokerIsComplete() {
        brokers.seen(Set.of("a", "b"), START);
        brokers.seen(Set.of("a", "b", "c"), START.plusSeconds(60));

        assertThat(brokers.complete(START.minus(Duration.ofDays(3)))).isTrue();
    }

    @Test
    void aBrokerThatVanishedMayHaveWhatIsOlderAndWhatStragglersSentToIt() {
        brokers.seen(Set.of("a", "b"), START);
        brokers.seen(Set.of("a"), START.plusSeconds(100));
        brokers.seen(Set.of("a"), START.plusSeconds(500)); // the first time counts

        assertThat(brokers.complete(START)).isFalse();
        assertThat(brokers.complete(START.plusSeconds(159))).isFalse();
        assertThat(brokers.complete(START.plusSeconds(161))).isTrue();
    }

    @Test
    void aBrokerThatIsBackAnswersForItself() {
        brokers.seen(Set.of("a", "b"), START);
        brokers.seen(Set.of("a"), START.plusSeconds(100));
        brokers.seen(Set.of("a", "b"), START.plusSeconds(200));

        assertThat(brokers.complete(START)).isTrue();
    }

    @Test
    void aBrokerThatVanishesIsToldOnce() {
        brokers.seen(Set.of("a", "b"), START);

        assertThat(brokers.seen(Set.of("a"), START.plusSeconds(100))).containsExactly("b");
        assertThat(brokers.seen(Set.of("a"), START.plusSeconds(110))).isEmpty();
        assertThat(brokers.seen(Set.of("a", "b"), START.plusSeconds(120))).isEmpty();
        assertThat(brokers.seen(Set.of("a"), START.plusSeconds(130))).containsExactly("b");
    }
}
