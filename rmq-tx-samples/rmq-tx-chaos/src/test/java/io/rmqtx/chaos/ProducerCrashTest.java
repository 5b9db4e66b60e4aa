package io.rmqtx.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sending process dies at every point of a call; another instance, which was running all the time, goes on. */
@ExtendWith(World.Extension.class)
class ProducerCrashTest {

    private static final Map<Money, Boolean> COMMITS = new ConcurrentHashMap<>();

    static Stream<ProducerCrash> crashes() {
        return ProducerCrash.ofThisTier();
    }

    @BeforeAll
    static void start(World world) {
        world.creditService();
        world.debitService();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("crashes")
    void anotherInstanceFinishesTheCallOrLeavesNothing(ProducerCrash crash, World world) {
        Money money = new Money(world);
        COMMITS.put(money, crash.commits());
        try (ServiceProcess dying = world.debit(World.DEBIT_SERVICE).ready()) {
            dying.armHalt(crash.point()).tell(money.transfer(crash.call()));
            dying.awaitHaltAt(crash.point());
            crash.awaitFate(money, dying);
        }
    }

    /** Nothing comes later, either. */
    @AfterAll
    static void nothingIsLeft(World world) {
        world.awaitNoPendingHalves();
        assertThat(COMMITS).isNotEmpty();
        COMMITS.forEach((money, commits) -> {
            if (commits) {
                money.assertArrived();
            } else {
                money.assertNothing();
            }
        });
    }
}
