package io.rmqtx.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class InsertClockTest {

    private final InsertClock clock = new InsertClock();

    private boolean waited(double millis) {
        return clock.waited((long) (millis * 1_000_000));
    }

    @Test
    void aFastDatabaseShowsEveryWaitAboveFiveMilliseconds() {
        IntStream.range(0, 100).forEach(i -> assertThat(waited(0.3)).isFalse());

        assertThat(waited(4.9)).isFalse();
        assertThat(waited(5.1)).isTrue();
    }

    @Test
    void oneLongWaitDoesNotBlindIt() {
        IntStream.range(0, 100).forEach(i -> waited(0.3));

        assertThat(waited(5000)).isTrue();
        assertThat(waited(20)).isTrue();
    }

    @Test
    void aSlowDatabaseIsSoonTheUsualCase() {
        long repeats = IntStream.range(0, 1000).filter(i -> waited(100)).count();

        assertThat(repeats).isLessThan(20);
        assertThat(waited(100)).isFalse();
        assertThat(waited(500)).isTrue();
    }

    @Test
    void aDatabaseThatBecomesFastAgainIsWatchedCloselyAgain() {
        IntStream.range(0, 1000).forEach(i -> waited(100));
        IntStream.range(0, 100).forEach(i -> waited(0.3));

        assertThat(waited(6)).isTrue();
    }
}
