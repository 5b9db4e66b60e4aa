package io.rmqtx.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.chaos.service.CrashPoint;
import io.rmqtx.chaos.service.Tally;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A service that is told to stop (SIGTERM) finishes what is running, and begins nothing. */
@ExtendWith(World.Extension.class)
class DrainTest {

    /** 128 + 15: ended by SIGTERM, after its shutdown hooks. */
    private static final int TERMINATED = 143;

    /** For a machine that is busy with other things. */
    private static final Duration SLACK = Duration.ofSeconds(30);

    private static final int THREADS = 6;
    private static final int PERIOD_MICROS = 4_000;
    private static final int ENOUGH = 100;

    private static DefaultMQProducer producer;

    @BeforeAll
    static void start(World world) throws Exception {
        world.creditService();
        producer = new DefaultMQProducer("drain");
        producer.setNamesrvAddr(world.broker.nameServerAddress());
        producer.start();
    }

    @AfterAll
    static void stop() {
        producer.shutdown();
    }

    @Test
    void aLoadedProducerLeavesNothingToCheckBacks(World world) throws Exception {
        String application = "debit-drain-" + world.number();
        Path file = world.tally(application);
        try (ServiceProcess other = world.debit(application);
                ServiceProcess loaded = world.debit(application, Map.of("chaos.tally", file.toString()))) {
            other.ready();
            loaded.ready().tell("load " + World.ACCOUNTS + " " + THREADS + " " + PERIOD_MICROS);
            Tally tally = new Tally(file);
            Wait.until("load").until(() -> tally.get(Tally.Count.COMMITTED) > ENOUGH);

            loaded.terminate();
            assertThat(loaded.awaitExit(SLACK)).isEqualTo(TERMINATED);

            assertThat(world.broker.pendingHalfMessages())
                    .as("half messages that nobody has ended")
                    .isZero();
            long asked = other.count("CHECKED");
            List<String> statuses = world.debit.texts(
                    "SELECT DISTINCT status FROM rmq_tx_message WHERE application = ? AND status <> 'ABORTED'",
                    application);
            assertThat(statuses).as("of %s", loaded).containsExactly("PUBLISHED");
            assertNothingIsAsked(world, other, asked);
            assertAllArrived(world, application, tally);
        }
    }

    /** The broker asks in the order of the half messages: when it asks for a later one, it has asked for all before. */
    private static void assertNothingIsAsked(World world, ServiceProcess other, long asked) {
        Money sentinel = new Money(world);
        other.tell("lose-own-ends").tell(sentinel.transfer(Call.EARLY));
        String messageId = other.awaitLine("SENT");
        other.awaitLine("CHECKED " + messageId + " COMMIT");
        assertThat(other.count("CHECKED") - other.count("CHECKED " + messageId))
                .as("check-backs for what the loaded instance left: %s", other)
                .isEqualTo(asked);
        world.awaitNoPendingHalves();
    }

    private static void assertAllArrived(World world, String application, Tally tally) {
        List<String> sent = world.debit.texts(
                "SELECT message_id FROM rmq_tx_message WHERE application = ? AND status = 'PUBLISHED'"
                        + " AND message_key NOT LIKE 't-%'",
                application);
        assertThat(sent).as("rows, and calls that returned").hasSize((int) tally.get(Tally.Count.COMMITTED));
        Wait.until("arrival").untilAsserted(() -> assertThat(world.credit.texts(
                        "SELECT idempotency_key FROM rmq_tx_consumed WHERE consumer_group = ?", World.CREDIT_SERVICE))
                .containsAll(sent));
    }

    @Test
    void aRunningCallFinishesAndNoOtherBegins(World world) throws Exception {
        String application = "debit-drain-" + world.number();
        Money running = new Money(world);
        Money refused = new Money(world);
        try (ServiceProcess other = world.debit(application);
                ServiceProcess stopped = world.debit(application)) {
            other.ready();
            stopped.ready().armPause(CrashPoint.AFTER_BUSINESS).tell(running.transfer(Call.EARLY));
            stopped.awaitLine("AT AFTER_BUSINESS");
            stopped.terminate();
            stopped.awaitLine("STOPPING");
            // Refused by the business until the service has closed its doors, and from then on by the service.
            Wait.until("the end").until(() -> {
                stopped.tell(refused.transfer(Call.REFUSED));
                return !stopped.awaitCallEnd(refused.id()) && stopped.says("is being stopped");
            });
            stopped.tell("go");
            assertThat(stopped.awaitCallEnd(running.id())).as("%s", stopped).isTrue();
            String messageId = stopped.awaitLine("SENT");
            assertThat(stopped.awaitExit(SLACK)).isEqualTo(TERMINATED);

            assertThat(running.statuses(messageId)).containsExactly("PUBLISHED");
            running.awaitArrived();
            refused.assertNothing();
            world.awaitNoPendingHalves(); // copies that the broker made while the call was waiting
            assertThat(other.count("CHECKED " + messageId + " COMMIT"))
                    .as("%s", other)
                    .isZero();
        }
    }

    @Test
    void aCallThatDoesNotFinishHoldsTheEndUpForABoundedTime(World world) throws Exception {
        String application = "debit-drain-" + world.number();
        Money stuck = new Money(world);
        Duration wait = Duration.ofSeconds(2);
        try (ServiceProcess other = world.debit(application);
                ServiceProcess stopped =
                        world.debit(application, Map.of("rmq-tx.producer.shutdown-wait", wait.toMillis() + "ms"))) {
            other.ready();
            stopped.ready().armPause(CrashPoint.AFTER_BUSINESS).tell(stuck.transfer(Call.EARLY));
            stopped.awaitLine("AT AFTER_BUSINESS");
            long begin = System.nanoTime();
            stopped.terminate();
            assertThat(stopped.awaitExit(wait.plus(SLACK))).isEqualTo(TERMINATED);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(wait);

            other.awaitLine("CHECKED " + stopped.awaitLine("SENT") + " ROLLBACK");
            world.awaitNoPendingHalves();
            stuck.assertNothing();
        }
    }

    @Test
    void aLoadedConsumerFinishesWhatItIsOn(World world) throws Exception {
        Deliveries deliveries = new Deliveries(world);
        Map<String, String> properties = Map.of("transfer.topic", deliveries.topic());
        try (ServiceProcess loaded =
                world.credit(deliveries.group(), properties).ready()) {
            for (int i = 0; i < ENOUGH; i++) {
                deliveries.send(producer);
            }
            Wait.until("load").until(() -> deliveries.effects() > 0);
            loaded.terminate();
            assertThat(loaded.awaitExit(SLACK)).isEqualTo(TERMINATED);
            deliveries.assertEveryEffectHasItsKey();
        }
        try (ServiceProcess next = world.credit(deliveries.group(), properties).ready()) {
            deliveries.awaitEffects();
            assertThat(next.isAlive()).isTrue();
        }
    }

    @Test
    void aRunningDeliveryFinishes(World world) throws Exception {
        Deliveries deliveries = new Deliveries(world);
        Map<String, String> properties = Map.of("transfer.topic", deliveries.topic());
        try (ServiceProcess stopped =
                world.credit(deliveries.group(), properties).ready()) {
            stopped.armPause(CrashPoint.AFTER_EFFECT);
            deliveries.send(producer, 0);
            stopped.awaitLine("AT AFTER_EFFECT");
            stopped.terminate();
            stopped.awaitLine("STOPPING");
            stopped.tell("go");
            assertThat(stopped.awaitExit(SLACK)).isEqualTo(TERMINATED);
            deliveries.assertEffects();
        }
    }

    @Tag("full")
    @Test
    void aDeliveryThatDoesNotFinishHoldsTheEndUpForABoundedTime(World world) throws Exception {
        Deliveries deliveries = new Deliveries(world);
        Map<String, String> properties = Map.of("transfer.topic", deliveries.topic());
        Duration wait = Duration.ofSeconds(2);
        try (ServiceProcess stopped = world.credit(
                        deliveries.group(),
                        Map.of(
                                "transfer.topic",
                                deliveries.topic(),
                                "rmq-tx.consumer.shutdown-wait",
                                wait.toMillis() + "ms"))
                .ready()) {
            stopped.armPause(CrashPoint.AFTER_EFFECT);
            deliveries.send(producer);
            stopped.awaitLine("AT AFTER_EFFECT");
            long begin = System.nanoTime();
            stopped.terminate();
            assertThat(stopped.awaitExit(wait.plus(SLACK))).isEqualTo(TERMINATED);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(wait);
        }
        try (ServiceProcess next = world.credit(deliveries.group(), properties).ready()) {
            deliveries.awaitEffects();
            assertThat(next.isAlive()).isTrue();
        }
    }
}
