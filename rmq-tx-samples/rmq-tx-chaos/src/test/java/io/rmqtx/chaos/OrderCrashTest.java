package io.rmqtx.chaos;

import static io.rmqtx.chaos.service.CrashPoint.BEFORE_SEND;
import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.chaos.service.Tally;
import io.rmqtx.embedded.StoredMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Messages with an order key, numbered by the business: whatever dies, each first comes behind the one before. */
@ExtendWith(World.Extension.class)
class OrderCrashTest {

    private static final Duration RUN = Duration.ofSeconds(Tier.FULL ? 60 : 12);
    private static final int LEAST_KILLS = Tier.FULL ? 20 : 4;
    private static final int LEAST_CALLS = Tier.FULL ? 1_500 : 200;
    private static final int INSTANCES = 3;
    private static final int KEYS = 6;
    private static final int THREADS = 2;
    private static final long PERIOD_MICROS = 50_000;
    private static final String TOPIC = "numbers";

    private static final Map<String, String> PROPERTIES =
            RelayTimes.with(RelayTimes.SHORT, "chaos.numbers-topic", TOPIC);

    @Test
    void everyKeyKeepsItsOrderWhateverDiesWhen(World world) throws Exception {
        String application = "numbers-killed";
        Sequence.prepare(world, TOPIC);
        List<Sequence> running = IntStream.range(0, KEYS)
                .mapToObj(i -> new Sequence(world, TOPIC, application, "k" + i).begin())
                .toList();
        Sequence stuck = new Sequence(world, TOPIC, application, "k" + KEYS).begin();
        stuck.block();
        try (RandomKills kills = new RandomKills()) {
            for (int i = 0; i < INSTANCES; i++) {
                kills.add(
                        world.tally(application + i),
                        tally -> world.debit(application, RelayTimes.with(PROPERTIES, "chaos.tally", tally)),
                        "load-numbers " + (KEYS + 1) + " " + THREADS + " " + PERIOD_MICROS);
            }
            kills.run(
                    RUN,
                    () -> kills.kills() >= LEAST_KILLS && kills.total(Tally.Count.COMMITTED) > LEAST_CALLS,
                    () -> restartBroker(world, kills));
            kills.stopLoad();
            running.forEach(Sequence::awaitPublished);
            report(running, kills);
            running.forEach(Sequence::assertInOrder);
            assertThat(stuck.messages()).as("behind one that is DEAD").isEmpty();

            stuck.unblock();
            kills.any().tell("number " + stuck.key() + " 1");
            assertThat(kills.any().awaitCallEnd(stuck.key())).isTrue();
            stuck.awaitPublished();
            stuck.assertInOrder();
        }
    }

    private static void restartBroker(World world, RandomKills kills) {
        if (Tier.FULL) {
            Wait.until("load").until(() -> kills.total(Tally.Count.COMMITTED) > LEAST_CALLS / 3);
            world.broker.restartBroker();
        }
    }

    /** The stated limit of order. */
    @Tag("full")
    @Test
    void anInstancePausedPastItsLeaseRepeatsAnOlderMessageAndNoMore(World world) {
        String application = "numbers-paused";
        Sequence.prepare(world, TOPIC);
        Sequence numbers = new Sequence(world, TOPIC, application, "paused").begin();
        try (ServiceProcess other = world.debit(application, PROPERTIES);
                ServiceProcess paused = world.debit(application, PROPERTIES).ready()) {
            other.ready();
            paused.armPause(BEFORE_SEND).tell("number paused 1").awaitLine("AT BEFORE_SEND");
            other.tell("number paused 1").awaitLine("DONE paused");
            numbers.awaitPublished();

            paused.tell("go");
            Wait.until("the repeated one").until(() -> numbers.messages().size() > 2);

            assertThat(numbers.messages())
                    .extracting(StoredMessage::bodyAsString)
                    .containsExactly("paused:1", "paused:2", "paused:1");
            numbers.assertInOrder();
        }
    }

    private static void report(List<Sequence> sequences, RandomKills kills) {
        long numbers = sequences.stream().mapToLong(Sequence::last).sum();
        long messages = sequences.stream()
                .mapToLong(sequence -> sequence.messages().size())
                .sum();
        System.out.printf(
                "seed %d%n%-28s%8s%n%-28s%8d%n%-28s%8d%n%-28s%8d%n%-28s%8d%n",
                kills.seed(),
                "random kills, at least " + RUN,
                "",
                "order keys",
                sequences.size(),
                "messages",
                numbers,
                "repeated",
                messages - numbers,
                "kills",
                kills.kills());
    }
}
