package io.rmqtx.interleaving;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.interleaving.Interleaving.Run;
import io.rmqtx.interleaving.ModelBroker.Ends;
import io.rmqtx.interleaving.Schedules.Taken;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
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

    private static final int[] ONE_CHECK_BACK = {Interleaving.CALL_STEPS, Interleaving.CHECK_STEPS};
    private static final int[] TWO_CHECK_BACKS = {
        Interleaving.CALL_STEPS, Interleaving.CHECK_STEPS, Interleaving.CHECK_STEPS
    };

    /** Six scenarios of 210 words each. */
    private static final long WORDS_OF_ALL_SCENARIOS = 1_260;

    /** Runs of each scenario with two check-backs. */
    private static final int SAMPLE = 300;

    private static final long SEED = 20_261_121;

    @ParameterizedTest
    @MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
    void noOrderWithOneCheckBackBreaksAPromise(TestDatabaseKind kind) throws Exception {
        try (TestDatabase database = TestDatabase.of(kind);
                Interleaving interleaving = new Interleaving(database, 1, UnaryOperator.identity())) {
            long words = 0;
            for (Scenario scenario : Scenario.all()) {
                Schedules schedules = new Schedules(ONE_CHECK_BACK);
                Tally tally = run(interleaving, schedules, schedules::forEach, scenario, kind.name());
                assertThat(tally.runs).as(scenario.toString()).isEqualTo(scenario.runs());
                assertThat(tally.courses).as(scenario.toString()).hasSize(scenario.courses());
                assertThat(tally.duplicates).as(scenario.toString()).isLessThanOrEqualTo(scenario.mostDuplicates());
                words += schedules.words();
            }
            assertThat(words).isEqualTo(WORDS_OF_ALL_SCENARIOS);
        }
    }

    /** There are 1,681,680 such orders, too many to run: a sample, the same one each time. */
    @ParameterizedTest
    @EnumSource(TestDatabaseKind.class)
    @Tag("full")
    void noOrderOfASampleWithTwoCheckBacksBreaksAPromise(TestDatabaseKind kind) throws Exception {
        try (TestDatabase database = TestDatabase.of(kind);
                Interleaving interleaving = new Interleaving(database, 2, UnaryOperator.identity())) {
            for (Scenario scenario : Scenario.all()) {
                Schedules schedules = new Schedules(TWO_CHECK_BACKS);
                Tally tally = run(
                        interleaving, schedules, one -> schedules.forSome(SAMPLE, SEED, one), scenario, kind.name());
                assertThat(tally.runs).isEqualTo(SAMPLE);
                assertThat(tally.courses).as(scenario.toString()).hasSizeGreaterThan(scenario.courses());
            }
        }
    }

    /** What the rule by which repetitions are left out rests on: with every word run, equal steps have equal ends. */
    @Test
    void whatIsPassedOverMakesNoDifference() throws Exception {
        try (TestDatabase database = TestDatabase.h2();
                Interleaving interleaving = new Interleaving(database, 1, UnaryOperator.identity())) {
            AtomicLong ran = new AtomicLong();
            for (Scenario scenario : Scenario.all()) {
                Map<List<Taken>, Run> seen = new HashMap<>();
                new Schedules(ONE_CHECK_BACK).forEach(word -> {
                    Run run = interleaving.run(word, scenario.commits(), scenario.ends());
                    List<Taken> taken = run.taken().stream().filter(Taken::step).toList();
                    Run same = seen.merge(taken, run, (before, now) -> before);
                    assertThat(same.steps()).isEqualTo(run.steps());
                    assertThat(same.breach()).isEqualTo(run.breach()).isNull();
                    assertThat(same.duplicates()).isEqualTo(run.duplicates());
                    ran.incrementAndGet();
                    return List.of(); // learns nothing, so that every word is run
                });
                assertThat(seen).as(scenario.toString()).hasSize(scenario.courses());
            }
            assertThat(ran.get()).isEqualTo(WORDS_OF_ALL_SCENARIOS);
        }
    }

    /**
     * One business transaction and one fate of the requests.
     *
     * @param runs how many words are run, because they are not known to repeat another
     * @param courses how many different courses of events that makes
     * @param mostDuplicates how many copies too many these may publish
     */
    private record Scenario(boolean commits, Ends ends, int runs, int courses, int mostDuplicates) {

        static List<Scenario> all() {
            return List.of(
                    new Scenario(true, Ends.ANSWERED, 189, 160, 30),
                    new Scenario(true, Ends.LATE, 134, 58, 12),
                    new Scenario(true, Ends.LOST, 52, 20, 0),
                    new Scenario(false, Ends.ANSWERED, 149, 61, 0),
                    new Scenario(false, Ends.LATE, 149, 61, 0),
                    new Scenario(false, Ends.LOST, 49, 20, 0));
        }

        @Override
        public String toString() {
            return "business " + (commits ? "commits" : "rolls back") + ", requests " + ends;
        }
    }

    /** What was really run. */
    private static final class Tally {
        private long runs;
        private long duplicates;
        private final Set<List<Taken>> courses = new HashSet<>();

        void add(Run run) {
            runs++;
            duplicates += run.duplicates();
            courses.add(run.taken().stream().filter(Taken::step).toList());
        }
    }

    private static Tally run(
            Interleaving interleaving,
            Schedules schedules,
            Consumer<Function<int[], List<Taken>>> words,
            Scenario scenario,
            String where) {
        Tally tally = new Tally();
        long start = System.nanoTime();
        words.accept(word -> {
            Run run = interleaving.run(word, scenario.commits(), scenario.ends());
            assertThat(run.breach()).as(scenario.toString()).isNull();
            tally.add(run);
            return run.taken();
        });
        System.out.printf(
                "%s, %s: %d orders, %d of them run, %d courses of events, %d duplicates, %d ms%n",
                where,
                scenario,
                schedules.words(),
                tally.runs,
                tally.courses.size(),
                tally.duplicates,
                (System.nanoTime() - start) / 1_000_000);
        return tally;
    }
}
