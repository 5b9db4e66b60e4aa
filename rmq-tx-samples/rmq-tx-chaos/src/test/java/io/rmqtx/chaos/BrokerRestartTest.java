package io.rmqtx.chaos;

import static io.rmqtx.chaos.service.CrashPoint.AFTER_COMMIT;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_HALF;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_HALF;
import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.chaos.service.CrashPoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A call waits at each point of its way while the broker is stopped and started on its store, and then goes on. */
@ExtendWith(World.Extension.class)
class BrokerRestartTest {

    private static final Map<Money, Boolean> FATES = new LinkedHashMap<>();
    private static ServiceProcess service;

    record Restart(Call call, CrashPoint point) {

        /** The call itself need not succeed where the broker was not there to take its half message. */
        boolean mustCommit() {
            return call != Call.REFUSED && point != BEFORE_HALF;
        }

        @Override
        public String toString() {
            return call + ", " + point;
        }
    }

    static Stream<Restart> restarts() {
        List<Restart> restarts = new ArrayList<>();
        ProducerCrash.POINTS.forEach((call, points) -> points.stream()
                .filter(point -> Tier.FULL
                        || (call == Call.EARLY && (point == AFTER_HALF || point == AFTER_COMMIT))
                        || (call == Call.JOINED && point == AFTER_HALF))
                .forEach(point -> restarts.add(new Restart(call, point))));
        return restarts.stream();
    }

    @BeforeAll
    static void start(World world) {
        world.creditService();
        service = world.debit("debit-broker-restarts").ready();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("restarts")
    void aCallSurvivesARestartOfTheBroker(Restart restart, World world) {
        Money money = new Money(world);
        service.forget().armPause(restart.point()).tell(money.transfer(restart.call()));
        service.awaitLine("AT " + restart.point());
        world.broker.restartBroker();
        service.tell("go");
        service.awaitCallEnd(money.id());

        boolean committed = money.isCommitted();
        FATES.put(money, committed);
        if (restart.mustCommit()) {
            assertThat(committed).as("%s: %s", restart, service).isTrue();
        }
        assertFate(money, committed);
    }

    private static void assertFate(Money money, boolean committed) {
        if (committed) {
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
            FATES.forEach(BrokerRestartTest::assertFate);
        } finally {
            service.close();
        }
    }
}
