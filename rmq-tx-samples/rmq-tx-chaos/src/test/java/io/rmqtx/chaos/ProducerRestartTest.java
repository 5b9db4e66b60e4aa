package io.rmqtx.chaos;

import static io.rmqtx.chaos.service.CrashPoint.AFTER_COMMIT;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_HALF;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The only instance of the sending service dies at every point of a call; started again, it goes on. */
@ExtendWith(World.Extension.class)
class ProducerRestartTest {

    static Stream<ProducerCrash> crashes() {
        return ProducerCrash.all()
                .filter(crash -> Tier.FULL
                        || (crash.call() == Call.EARLY && crash.point() == AFTER_HALF)
                        || (crash.call() == Call.EARLY && crash.point() == AFTER_COMMIT));
    }

    @BeforeAll
    static void start(World world) {
        world.creditService();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("crashes")
    void theRestartedProcessFinishesTheCallOrLeavesNothing(ProducerCrash crash, World world) {
        Money money = new Money(world);
        String application = "debit-" + money.id();
        try (ServiceProcess dying = world.debit(application).ready()) {
            dying.armHalt(crash.point()).tell(money.transfer(crash.call()));
            dying.awaitHaltAt(crash.point());
            try (ServiceProcess restarted = world.debit(application).ready()) {
                crash.awaitFate(money, dying);
                world.awaitNoPendingHalves();
                assertThat(restarted.isAlive()).isTrue();
            }
        }
        if (crash.commits()) {
            money.assertArrived();
        } else {
            money.assertNothing();
        }
    }
}
