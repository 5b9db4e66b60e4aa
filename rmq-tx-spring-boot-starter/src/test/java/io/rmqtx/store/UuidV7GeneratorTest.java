package io.rmqtx.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.spi.MessageId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class UuidV7GeneratorTest {

    private static final int THREADS = 8;
    private static final int EACH = 100_000;

    private final SettableClock clock = new SettableClock();
    private final UuidV7Generator generator = new UuidV7Generator(clock);

    @Test
    void idsOfAllThreadsAreUniqueAndIncreaseOnEach() throws Exception {
        UuidV7Generator shared = new UuidV7Generator(Clock.systemUTC());
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        Set<String> all = new HashSet<>(THREADS * EACH * 2);
        try {
            List<Future<List<String>>> results = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                results.add(threads.submit(() -> {
                    List<String> ids = new ArrayList<>(EACH);
                    for (int j = 0; j < EACH; j++) {
                        ids.add(shared.next().value());
                    }
                    return ids;
                }));
            }
            for (Future<List<String>> result : results) {
                List<String> ids = result.get();
                assertThat(ids).isSorted();
                all.addAll(ids);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(all).hasSize(THREADS * EACH);
    }

    @Test
    void isAUuidOfVersionSevenThatCarriesTheTime() {
        MessageId id = generator.next();
        UUID uuid = UUID.fromString(id.value());

        assertThat(id.createdAt()).isEqualTo(clock.instant());
        assertThat(id.value()).hasSize(36);
        assertThat(uuid.version()).isEqualTo(7);
        assertThat(uuid.variant()).isEqualTo(2);
        assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(clock.millis());
    }

    @Test
    void increasesThoughTheClockStandsStillOrStepsBack() {
        String before = generator.next().value();
        for (int i = 0; i < 10_000; i++) {
            if (i == 5_000) {
                clock.now = clock.now.minusSeconds(3600);
            }
            MessageId next = generator.next();
            assertThat(next.value()).isGreaterThan(before);
            assertThat(next.createdAt()).isEqualTo(clock.now);
            before = next.value();
        }
    }

    @Test
    void twoProcessesDoNotMakeTheSameIds() {
        UuidV7Generator other = new UuidV7Generator(clock);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            ids.add(generator.next().value());
            ids.add(other.next().value());
        }
        assertThat(ids).hasSize(20_000);
    }

    private static final class SettableClock extends Clock {

        private Instant now = Instant.parse("2026-11-21T10:15:30.123Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
