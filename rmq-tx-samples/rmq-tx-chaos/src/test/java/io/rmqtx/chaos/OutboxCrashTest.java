package io.rmqtx.chaos;

import static io.rmqtx.chaos.service.CrashPoint.AFTER_COMMIT;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_MARK;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_ROW;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_SEND;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_COMMIT;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_MARK;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_ROW;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_SEND;
import static io.rmqtx.chaos.service.CrashPoint.RELAY_AFTER_CLAIM;
import static io.rmqtx.chaos.service.CrashPoint.RELAY_AFTER_MARK;
import static io.rmqtx.chaos.service.CrashPoint.RELAY_AFTER_SEND;
import static io.rmqtx.chaos.service.CrashPoint.RELAY_BEFORE_MARK;
import static io.rmqtx.chaos.service.CrashPoint.RELAY_SEND_UNDER_WAY;
import static io.rmqtx.chaos.service.CrashPoint.SEND_UNDER_WAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.chaos.service.CrashPoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A call in mode OUTBOX whose process dies at every point, and a relay that dies over what it took up. */
@ExtendWith(World.Extension.class)
class OutboxCrashTest {

    private static final String APPLICATION = "outbox";
    private static final String NUMBERS = "outbox-numbers";

    private static final Map<String, String> PROPERTIES =
            RelayTimes.with(RelayTimes.PATIENT, "chaos.numbers-topic", NUMBERS);

    private static final Set<CrashPoint> NOT_COMMITTED = Set.of(BEFORE_ROW, AFTER_ROW, BEFORE_COMMIT);

    /** It was sent, nobody was told, and whoever takes the row up cannot know. */
    private static final Set<CrashPoint> SENT = Set.of(SEND_UNDER_WAY, AFTER_SEND, BEFORE_MARK);

    /** One for each way in which a death ends: nothing there, committed and not sent, sent and not marked, marked. */
    private static final Set<CrashPoint> ALWAYS = Set.of(BEFORE_COMMIT, BEFORE_SEND, AFTER_SEND, AFTER_MARK);

    private static final List<CrashPoint> POINTS_OF_RELAYS =
            List.of(RELAY_AFTER_CLAIM, RELAY_SEND_UNDER_WAY, RELAY_AFTER_SEND, RELAY_BEFORE_MARK, RELAY_AFTER_MARK);

    private static final Map<Money, CrashPoint> CRASHES = new ConcurrentHashMap<>();
    private static ServiceProcess other;

    static Stream<CrashPoint> crashes() {
        return Stream.of(
                        BEFORE_ROW,
                        AFTER_ROW,
                        BEFORE_COMMIT,
                        AFTER_COMMIT,
                        BEFORE_SEND,
                        SEND_UNDER_WAY,
                        AFTER_SEND,
                        BEFORE_MARK,
                        AFTER_MARK)
                .filter(point -> Tier.FULL || ALWAYS.contains(point));
    }

    /** One after the other: before the send, and before the mark. In the full tier each point for itself, too. */
    static Stream<List<CrashPoint>> crashesOfRelays() {
        return Stream.concat(
                Stream.of(List.of(RELAY_AFTER_CLAIM, RELAY_BEFORE_MARK)),
                POINTS_OF_RELAYS.stream().filter(point -> Tier.FULL).map(List::of));
    }

    @BeforeAll
    static void start(World world) {
        Sequence.prepare(world, NUMBERS);
        other = world.debit(APPLICATION, PROPERTIES);
        world.creditService();
        other.ready();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("crashes")
    void anotherInstanceSendsTheMessageOrNothingIsLeft(CrashPoint point, World world) {
        Money money = new Money(world);
        CRASHES.put(money, point);
        try (ServiceProcess dying = world.debit(APPLICATION, PROPERTIES).ready()) {
            dying.armHalt(point).tell(money.transfer(Call.OUTBOX));
            dying.awaitHaltAt(point);
        }
        if (!NOT_COMMITTED.contains(point)) {
            money.awaitPublished();
            money.awaitArrived();
        }
        assertFate(money, point);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("crashesOfRelays")
    void aThirdInstanceSendsWhatDeadRelaysHadInHand(List<CrashPoint> points, World world) {
        Money money = new Money(world);
        CRASHES.put(money, points.get(0));
        String application = APPLICATION + "-" + money.id();
        try (ServiceProcess calling = world.debit(application, RelayTimes.SHORT).ready()) {
            calling.armHalt(AFTER_COMMIT).tell(money.transfer(Call.OUTBOX));
            calling.awaitHaltAt(AFTER_COMMIT);
        }
        for (CrashPoint point : points) {
            try (ServiceProcess relay =
                    world.debit(application, RelayTimes.with(RelayTimes.SHORT, "chaos.halt-at", point.name()))) {
                relay.awaitHaltAt(point);
            }
        }
        try (ServiceProcess third = world.debit(application, RelayTimes.SHORT).ready()) {
            money.awaitPublished();
            money.awaitArrived();
            assertFate(money, points.get(0));
            assertThat(third.isAlive()).isTrue();
        }
    }

    /** Each is looked for in the topic before it is sent again, and all are found at once. */
    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void whatADeadProcessHadSentOfAnOrderKeyIsFoundInTheTopic(World world) {
        Sequence numbers = new Sequence(world, NUMBERS, APPLICATION, "unmarked").begin();
        try (ServiceProcess dying = world.debit(APPLICATION, PROPERTIES).ready()) {
            dying.armHalt(BEFORE_MARK).tell("number unmarked 8").awaitHaltAt(BEFORE_MARK);
        }
        other.tell("number unmarked 1").awaitLine("DONE unmarked");

        numbers.awaitPublished();

        numbers.assertInOrder();
        assertThat(numbers.messages()).as("each once").hasSize(9);
    }

    private static void assertFate(Money money, CrashPoint point) {
        if (NOT_COMMITTED.contains(point)) {
            money.assertNothing();
            money.assertNoRow();
        } else {
            money.assertArrived();
            // A row that a relay had claimed is looked for in the topic before it is sent again.
            money.assertCopies(SENT.contains(point) ? 2 : 1);
        }
    }

    /** Nothing comes later, either. */
    @AfterAll
    static void nothingIsLeft() {
        try {
            assertThat(other.isAlive()).isTrue();
            assertThat(CRASHES).isNotEmpty();
            CRASHES.forEach(OutboxCrashTest::assertFate);
        } finally {
            other.close();
        }
    }
}
