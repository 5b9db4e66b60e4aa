package io.rmqtx.chaos;

import static io.rmqtx.chaos.service.CrashPoint.AFTER_BEGIN;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_BUSINESS;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_COMMIT;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_EFFECT;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_HALF;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_KEY;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_ROW;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_COMMIT;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_MARK;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_ROLLBACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.chaos.service.CrashPoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A call or a delivery waits while the database's process is killed and started again on its data, and then goes on. */
@ExtendWith(World.Extension.class)
class DatabaseRestartTest {

    private static final Map<Money, Boolean> FATES = new LinkedHashMap<>();
    private static ServiceProcess service;
    private static DefaultMQProducer producer;

    record Restart(Call call, CrashPoint point) {

        /** A transaction was open, and died with the server. */
        boolean loses() {
            return switch (point) {
                case AFTER_BEGIN, AFTER_ROW, AFTER_BUSINESS, BEFORE_COMMIT, BEFORE_ROLLBACK -> true;
                case AFTER_HALF -> call == Call.JOINED;
                default -> false;
            };
        }

        @Override
        public String toString() {
            return call + ", " + point;
        }
    }

    static Stream<Restart> calls() {
        Stream<Restart> always =
                Stream.of(new Restart(Call.EARLY, BEFORE_COMMIT), new Restart(Call.EARLY, AFTER_COMMIT));
        Stream<Restart> full = Stream.of(
                new Restart(Call.EARLY, AFTER_HALF),
                new Restart(Call.EARLY, AFTER_BEGIN),
                new Restart(Call.EARLY, AFTER_ROW),
                new Restart(Call.EARLY, AFTER_BUSINESS),
                new Restart(Call.EARLY, BEFORE_MARK),
                new Restart(Call.JOINED, AFTER_ROW),
                new Restart(Call.JOINED, AFTER_HALF),
                new Restart(Call.JOINED, BEFORE_COMMIT),
                new Restart(Call.JOINED, AFTER_COMMIT),
                new Restart(Call.REFUSED, BEFORE_ROLLBACK));
        return Tier.FULL ? Stream.concat(always, full) : always;
    }

    static List<CrashPoint> deliveries() {
        return Tier.FULL
                ? List.of(AFTER_KEY, AFTER_EFFECT, BEFORE_COMMIT, AFTER_COMMIT)
                : List.of(BEFORE_COMMIT, AFTER_COMMIT);
    }

    @BeforeAll
    static void start(World world) throws Exception {
        world.creditService();
        service = world.debit("debit-database-restarts").ready();
        producer = new DefaultMQProducer("database-restarts");
        producer.setNamesrvAddr(world.broker.nameServerAddress());
        producer.start();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void aCallSurvivesTheDatabasesDeath(Restart restart, World world) {
        Money money = new Money(world);
        service.forget().armPause(restart.point()).tell(money.transfer(restart.call()));
        service.awaitLine("AT " + restart.point());
        world.server.kill();
        world.server.start();
        service.tell("go");
        boolean returned = service.awaitCallEnd(money.id());

        boolean committed = money.isCommitted();
        FATES.put(money, committed);
        assertThat(committed).as("%s: %s", restart, service).isEqualTo(!restart.loses());
        assertThat(returned).as("%s: %s", restart, service).isEqualTo(committed);
        assertFate(money, committed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("deliveries")
    void aDeliverySurvivesTheDatabasesDeath(CrashPoint point, World world) {
        Deliveries deliveries = new Deliveries(world);
        try (ServiceProcess consumer = world.credit(deliveries.group(), Map.of("transfer.topic", deliveries.topic()))
                .ready()) {
            consumer.armPause(point);
            deliveries.send(producer);
            consumer.awaitLine("AT " + point);
            world.server.kill();
            world.server.start();
            consumer.tell("go");
            deliveries.awaitEffects();
        }
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
            FATES.forEach(DatabaseRestartTest::assertFate);
        } finally {
            producer.shutdown();
            service.close();
        }
    }
}
