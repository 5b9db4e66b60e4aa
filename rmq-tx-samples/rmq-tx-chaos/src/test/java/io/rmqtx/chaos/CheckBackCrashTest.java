package io.rmqtx.chaos;

import static io.rmqtx.chaos.service.CrashPoint.AFTER_MARK;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_MARK;
import static io.rmqtx.chaos.service.CrashPoint.CHECK_AFTER_END;
import static io.rmqtx.chaos.service.CrashPoint.CHECK_AFTER_FENCE;
import static io.rmqtx.chaos.service.CrashPoint.CHECK_AFTER_QUERY;
import static io.rmqtx.chaos.service.CrashPoint.CHECK_AFTER_READ;
import static io.rmqtx.chaos.service.CrashPoint.CHECK_BEFORE_END;
import static io.rmqtx.chaos.service.CrashPoint.CHECK_BEFORE_FENCE;
import static io.rmqtx.chaos.service.CrashPoint.CHECK_BEFORE_QUERY;
import static io.rmqtx.chaos.service.CrashPoint.CHECK_BEFORE_READ;
import static io.rmqtx.chaos.service.CrashPoint.CHECK_END_UNDER_WAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.chaos.service.CrashPoint;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The end of a call was lost, the broker asks, and the process that answers dies at every point of the answer. Another
 * instance, started then, answers instead. Each death is that of a service of its own: the broker asks the instances of
 * one by turns, and several dying ones that answer for themselves only could be asked about each other's for long.
 */
@ExtendWith(World.Extension.class)
class CheckBackCrashTest {

    private static final Map<Call, List<CrashPoint>> POINTS = new EnumMap<>(Map.of(
            Call.EARLY,
            List.of(
                    CHECK_BEFORE_READ,
                    CHECK_AFTER_READ,
                    CHECK_BEFORE_QUERY,
                    CHECK_AFTER_QUERY,
                    CHECK_BEFORE_END,
                    CHECK_END_UNDER_WAY,
                    CHECK_AFTER_END,
                    BEFORE_MARK,
                    AFTER_MARK),
            Call.REFUSED,
            List.of(
                    CHECK_AFTER_READ,
                    CHECK_BEFORE_FENCE,
                    CHECK_AFTER_FENCE,
                    CHECK_BEFORE_END,
                    CHECK_END_UNDER_WAY,
                    CHECK_AFTER_END)));

    /** The dying process told the broker, or may have. */
    private static final Set<CrashPoint> TOLD = Set.of(CHECK_END_UNDER_WAY, CHECK_AFTER_END, BEFORE_MARK, AFTER_MARK);

    private static final Map<Money, Call> CALLS = new ConcurrentHashMap<>();
    private static final List<ServiceProcess> OTHERS = new CopyOnWriteArrayList<>();

    record Crash(Call call, CrashPoint point) {

        /** In the ordinary tier the points between which something is decided. */
        boolean isOfThisTier() {
            return Tier.FULL
                    || switch (point) {
                        case CHECK_AFTER_READ, CHECK_AFTER_QUERY, CHECK_END_UNDER_WAY, CHECK_AFTER_END ->
                            call == Call.EARLY;
                        default -> point == CHECK_AFTER_FENCE;
                    };
        }

        @Override
        public String toString() {
            return call + ", " + point;
        }
    }

    static Stream<Crash> crashes() {
        List<Crash> crashes = new ArrayList<>();
        POINTS.forEach((call, points) -> points.forEach(point -> crashes.add(new Crash(call, point))));
        return crashes.stream().filter(Crash::isOfThisTier);
    }

    @BeforeAll
    static void start(World world) {
        world.creditService();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("crashes")
    void anAnswerThatDiesIsGivenByAnother(Crash crash, World world) {
        Money money = new Money(world);
        CALLS.put(money, crash.call());
        String application = "debit-checks-" + money.id();
        String messageId;
        try (ServiceProcess dying = world.debit(application).ready()) {
            dying.tell("lose-own-ends").armHalt(crash.point()).tell(money.transfer(crash.call()));
            dying.awaitHaltAt(crash.point());
            messageId = dying.awaitLine("SENT");
        }
        ServiceProcess other = world.debit(application);
        OTHERS.add(other);
        if (!TOLD.contains(crash.point())) {
            other.awaitLine("CHECKED " + messageId + (crash.call() == Call.EARLY ? " COMMIT" : " ROLLBACK"));
            money.awaitStatus(messageId, crash.call() == Call.EARLY ? "PUBLISHED" : "ABORTED");
        }
        assertFate(money, crash.call());
    }

    /** Each question, answered by itself, would find nothing visible, and make a message of its own. */
    @Test
    void questionsThatPileUpMakeOneMessage(World world) {
        Money money = new Money(world);
        CALLS.put(money, Call.EARLY);
        try (ServiceProcess slow = world.debit("debit-pile-" + money.id()).ready()) {
            slow.tell("lose-own-ends").armPause(CHECK_AFTER_QUERY).tell(money.transfer(Call.EARLY));
            slow.awaitLine("AT CHECK_AFTER_QUERY");
            String messageId = slow.awaitLine("SENT");
            slow.awaitLine("CHECKED " + messageId); // the next round's
            slow.tell("go");
            slow.awaitLine("CHECKED " + messageId + " COMMIT");
            money.awaitArrived();
            slow.awaitLine("CHECKED " + messageId + " ROLLBACK"); // of the copy that the last question made
            assertThat(money.copies()).as("%s", slow).isOne();
        }
    }

    private static void assertFate(Money money, Call call) {
        if (call == Call.EARLY) {
            money.awaitArrived();
        } else {
            money.assertNothing();
        }
    }

    /** Nothing comes later, either. */
    @AfterAll
    static void nothingIsLeft(World world) {
        try {
            world.awaitNoPendingHalves();
            CALLS.forEach(CheckBackCrashTest::assertFate);
        } finally {
            OTHERS.forEach(ServiceProcess::close);
        }
    }
}
