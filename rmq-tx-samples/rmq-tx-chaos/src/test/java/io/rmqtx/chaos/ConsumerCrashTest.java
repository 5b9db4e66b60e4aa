package io.rmqtx.chaos;

import static io.rmqtx.chaos.service.CrashPoint.AFTER_ACKNOWLEDGE;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_COMMIT;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_EFFECT;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_KEY;
import static io.rmqtx.chaos.service.CrashPoint.AFTER_RECEIVE;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_ACKNOWLEDGE;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_COMMIT;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_EFFECT;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_KEY;
import static io.rmqtx.chaos.service.CrashPoint.BEFORE_RECEIVE;
import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.chaos.service.CrashPoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The consuming process dies at every point of a delivery; the message has its effect once all the same. */
@ExtendWith(World.Extension.class)
class ConsumerCrashTest {

    static final List<CrashPoint> POINTS = List.of(
            BEFORE_RECEIVE,
            AFTER_RECEIVE,
            BEFORE_KEY,
            AFTER_KEY,
            BEFORE_EFFECT,
            AFTER_EFFECT,
            BEFORE_COMMIT,
            AFTER_COMMIT,
            BEFORE_ACKNOWLEDGE,
            AFTER_ACKNOWLEDGE);

    /** The effect is there, and the broker does not know: it must deliver again. */
    private static final Set<CrashPoint> DELIVERED_AGAIN = Set.of(AFTER_COMMIT, BEFORE_ACKNOWLEDGE);

    private static DefaultMQProducer producer;

    record Crash(CrashPoint point, Recovery recovery) {

        @Override
        public String toString() {
            return point + ", " + recovery;
        }
    }

    /** In the ordinary tier one for each way in which a death ends. */
    private static final Set<Crash> ALWAYS = Set.of(
            new Crash(AFTER_KEY, Recovery.RESTARTED),
            new Crash(BEFORE_COMMIT, Recovery.OTHER_INSTANCE),
            new Crash(AFTER_COMMIT, Recovery.RESTARTED),
            new Crash(BEFORE_ACKNOWLEDGE, Recovery.OTHER_INSTANCE));

    static Stream<Crash> crashes() {
        return POINTS.stream()
                .flatMap(point -> Stream.of(Recovery.values()).map(recovery -> new Crash(point, recovery)))
                .filter(crash -> Tier.FULL || ALWAYS.contains(crash));
    }

    @BeforeAll
    static void start(World world) throws Exception {
        producer = new DefaultMQProducer("sender");
        producer.setNamesrvAddr(world.broker.nameServerAddress());
        producer.start();
    }

    @AfterAll
    static void stop() {
        producer.shutdown();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("crashes")
    void aDeliveryThatDiesHasItsEffectOnce(Crash crash, World world) {
        Deliveries deliveries = new Deliveries(world);
        Map<String, String> properties = Map.of("transfer.topic", deliveries.topic());
        // Started alone, so that it has all queues, and never less than one of the two.
        try (ServiceProcess dying = world.credit(deliveries.group(), properties).ready()) {
            dying.armHalt(crash.point());
            if (crash.recovery() == Recovery.OTHER_INSTANCE) {
                try (ServiceProcess other =
                        world.credit(deliveries.group(), properties).ready()) {
                    deliveries.send(producer);
                    dying.awaitHaltAt(crash.point());
                    assertFinished(crash, deliveries, other);
                }
            } else {
                deliveries.send(producer);
                dying.awaitHaltAt(crash.point());
                try (ServiceProcess restarted =
                        world.credit(deliveries.group(), properties).ready()) {
                    assertFinished(crash, deliveries, restarted);
                }
            }
        }
    }

    private static void assertFinished(Crash crash, Deliveries deliveries, ServiceProcess survivor) {
        deliveries.awaitEffects();
        if (DELIVERED_AGAIN.contains(crash.point())) {
            survivor.awaitLine("DUPLICATE");
        }
        // One more message each: the group goes on, and what it does again it does without effect.
        deliveries.send(producer);
        deliveries.awaitEffects();
        assertThat(survivor.isAlive()).isTrue();
    }
}
