package io.rmqtx.interleaving;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.interleaving.Interleaving.Breach;
import io.rmqtx.interleaving.Interleaving.Run;
import io.rmqtx.interleaving.ModelBroker.Ends;
import io.rmqtx.spi.MessageLog;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The search through all orders finds the mistakes for which it was made. */
class PlantedFaultsTest {

    private static final int[] ONE_CHECK_BACK = {Interleaving.CALL_STEPS, Interleaving.CHECK_STEPS};

    @Test
    void noFence() throws Exception {
        try (TestDatabase database = TestDatabase.h2()) {
            assertBroken("P3", "no fence", database, Ends.ANSWERED, PlantedFaults::noFence);
        }
    }

    /** PostgreSQL refuses the second read of such a transaction. */
    @ParameterizedTest
    @EnumSource(
            value = TestDatabaseKind.class,
            names = {"H2", "MARIADB"})
    void theSecondReadInTheSnapshotOfTheFirst(TestDatabaseKind kind) throws Exception {
        try (TestDatabase database = TestDatabase.of(kind)) {
            assertBroken(
                    "P1: a check-back rolls back what has committed",
                    "read again in one REPEATABLE READ transaction on " + kind,
                    database,
                    Ends.ANSWERED,
                    PlantedFaults.oneSnapshot(database.newPool(pool -> {})));
        }
    }

    /** It fences, its answer is lost, and from then on every check-back finds neither a row nor a free key. */
    @Test
    void anAbortedRowIsTakenForMissing() throws Exception {
        try (TestDatabase database = TestDatabase.h2()) {
            assertBroken(
                    "a half message is never answered",
                    "an aborted row is missing",
                    database,
                    Ends.LOST,
                    PlantedFaults::abortedIsMissing);
        }
    }

    @Test
    void theBusinessInsertDoesNotMindItsKey() throws Exception {
        try (TestDatabase database = TestDatabase.h2()) {
            assertBroken(
                    "P3", "insert without key check", database, Ends.ANSWERED, PlantedFaults::insertWithoutKeyCheck);
        }
    }

    private static void assertBroken(
            String promise, String fault, TestDatabase database, Ends ends, UnaryOperator<MessageLog> planted)
            throws Exception {
        List<Breach> found = new ArrayList<>();
        try (Interleaving interleaving = new Interleaving(database, 1, planted)) {
            new Schedules(ONE_CHECK_BACK).forEach(word -> {
                Run run = interleaving.run(word, true, ends);
                Breach breach = run.breach();
                if (breach != null) {
                    found.add(breach);
                }
                return run.taken();
            });
        }
        List<Breach> ofPromise = found.stream()
                .filter(breach -> breach.what().startsWith(promise))
                .sorted(Comparator.comparingInt(breach -> breach.steps().size()))
                .toList();
        assertThat(ofPromise).as(fault).isNotEmpty();
        System.out.printf("%s: %d orders break a promise; the shortest: %s%n", fault, found.size(), ofPromise.get(0));
    }
}
