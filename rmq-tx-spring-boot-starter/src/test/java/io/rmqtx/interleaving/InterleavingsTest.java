package io.rmqtx.interleaving;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.interleaving.Interleaving.Run;
import io.rmqtx.interleaving.ModelBroker.Ends;
import io.rmqtx.interleaving.Schedules.Taken;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * P1 and P3 hold in every order in which a business call, its check-backs, the requests on their way to the broker, and
 * the marks can meet.
 */
class InterleavingsTest {

    @ParameterizedTest
    @MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
    void noOrderWithOneCheckBackBreaksAPromise(TestDatabaseKind kind) throws Exception {
        runAll(kind, 1);
    }

    @ParameterizedTest
    @EnumSource(TestDatabaseKind.class)
    @Tag("full")
    void noOrderWithTwoCheckBacksBreaksAPromise(TestDatabaseKind kind) throws Exception {
        runAll(kind, 2);
    }

    @Test
    void whatIsPassedOverMakesNoDifference() throws Exception {
        int[] steps = {Interleaving.CALL_STEPS, Interleaving.CHECK_STEPS};
        try (TestDatabase database = TestDatabase.h2();
                Interleaving interleaving = new Interleaving(database, 1, UnaryOperator.identity())) {
            Map<List<Taken>, List<String>> seen = new HashMap<>();
            Schedules all = new Schedules(steps);
            all.forEach(word -> {
                Run run = interleaving.run(word, true, Ends.ANSWERED);
                List<Taken> taken = run.taken().stream().filter(Taken::step).toList();
                assertThat(seen.merge(taken, run.steps(), (before, now) -> before))
                        .isEqualTo(run.steps());
                return List.of(); // learns nothing, so that every word is run
            });
            assertThat(all.runs()).isEqualTo(Schedules.formula(steps)).isEqualTo(210);
        }
    }

    private static void runAll(TestDatabaseKind kind, int checkBacks) throws Exception {
        int[] steps = new int[1 + checkBacks];
        Arrays.fill(steps, Interleaving.CHECK_STEPS);
        steps[0] = Interleaving.CALL_STEPS;
        try (TestDatabase database = TestDatabase.of(kind);
                Interleaving interleaving = new Interleaving(database, checkBacks, UnaryOperator.identity())) {
            for (boolean commits : new boolean[] {true, false}) {
                for (Ends ends : Ends.values()) {
                    Schedules schedules = new Schedules(steps);
                    AtomicLong duplicates = new AtomicLong();
                    long start = System.nanoTime();
                    schedules.forEach(word -> {
                        Run run = interleaving.run(word, commits, ends);
                        assertThat(run.breach()).isNull();
                        duplicates.addAndGet(run.duplicates());
                        return run.taken();
                    });
                    System.out.printf(
                            "%s, business %s, requests %s: %d orders, %d of them different, %d with a duplicate, %d ms%n",
                            kind,
                            commits ? "commits" : "rolls back",
                            ends,
                            schedules.words(),
                            schedules.runs(),
                            duplicates.get(),
                            (System.nanoTime() - start) / 1_000_000);
                    assertThat(schedules.words()).isEqualTo(Schedules.formula(steps));
                }
            }
        }
    }
}
