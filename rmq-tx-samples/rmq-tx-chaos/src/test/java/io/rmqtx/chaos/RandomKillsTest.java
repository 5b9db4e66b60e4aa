package io.rmqtx.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.chaos.service.Tally;
import io.rmqtx.spi.MessageHeaders;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two instances of each service under load, killed at random moments and started again. At the end the money is counted
 * on both sides.
 */
@ExtendWith(World.Extension.class)
class RandomKillsTest {

    private static final Duration RUN = Duration.ofSeconds(Tier.FULL ? 60 : 15);
    private static final int LEAST_KILLS = Tier.FULL ? 30 : 6;
    private static final int LEAST_CALLS = Tier.FULL ? 400 : 100;
    private static final int THREADS = 4;
    private static final long PERIOD_MICROS = 80_000;
    private static final String TOPIC = "transfers-killed";
    private static final String DEBIT = "debit-killed";
    private static final String CREDIT = "credit-killed";

    private final AtomicInteger kills = new AtomicInteger();

    /** One instance: a process, and after its death the next one. */
    private final class Instance {

        private final World world;
        private final boolean debit;
        private final Map<String, String> properties;
        private final Tally tally;
        private ServiceProcess process;
        private boolean working;

        Instance(World world, boolean debit, int number) {
            this.world = world;
            this.debit = debit;
            Path file = world.tally((debit ? DEBIT : CREDIT) + number);
            this.properties = Map.of("transfer.topic", TOPIC, "chaos.tally", file.toString());
            this.tally = new Tally(file);
        }

        void start() {
            process = debit ? world.debit(DEBIT, properties) : world.credit(CREDIT, properties);
            working = false;
        }

        void work() {
            if (working) {
                return;
            }
            process.ready();
            if (debit) {
                process.tell("load " + World.ACCOUNTS + " " + THREADS + " " + PERIOD_MICROS);
            }
            working = true;
        }

        /** Kills it now and then, mostly while it works, sometimes while it starts; at the end it is well. */
        void harass(Random random, long until) {
            while (System.nanoTime() < until) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(500, 4_000)));
                if (System.nanoTime() < until) {
                    process.kill();
                    kills.incrementAndGet();
                    start();
                    if (random.nextInt(4) > 0) {
                        work();
                    }
                }
            }
            work();
        }
    }

    @Test
    void moneyIsConservedWhateverDiesWhen(World world) throws Exception {
        world.broker.createTopic(TOPIC, 4);
        world.broker.createConsumerGroup(CREDIT);
        BigDecimal debitBefore = sum(world.debit);
        BigDecimal creditBefore = sum(world.credit);
        long seed = System.nanoTime();
        List<Instance> instances = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            instances.add(new Instance(world, true, i));
            instances.add(new Instance(world, false, i));
        }
        ExecutorService killers = Executors.newFixedThreadPool(instances.size());
        try {
            instances.forEach(Instance::start);
            instances.forEach(Instance::work);
            long until = System.nanoTime() + RUN.toNanos();
            List<Future<?>> harassed = new ArrayList<>();
            for (Instance instance : instances) {
                Random random = new Random(seed + harassed.size());
                harassed.add(killers.submit(() -> instance.harass(random, until)));
            }
            for (Future<?> future : harassed) {
                future.get();
            }
            instances.stream()
                    .filter(instance -> instance.debit)
                    .forEach(instance -> instance.process.tell("stop-load"));
            assertMoney(world, debitBefore, creditBefore, instances, seed);
        } finally {
            killers.shutdownNow();
            instances.forEach(instance -> instance.process.close());
        }
    }

    private void assertMoney(
            World world, BigDecimal debitBefore, BigDecimal creditBefore, List<Instance> instances, long seed) {
        String mine = "rmq_tx_message WHERE application = '" + DEBIT + "'";
        world.awaitNoPendingHalves();
        long committed = world.debit.count(mine + " AND status <> 'ABORTED'");
        Wait.until("all money has arrived")
                .until(() -> world.credit.count("rmq_tx_consumed WHERE consumer_group = ?", CREDIT) >= committed);
        report(committed, world.debit.count(mine + " AND status = 'ABORTED'"), instances, seed);

        assertThat(kills.get()).as("kills").isGreaterThanOrEqualTo(LEAST_KILLS);
        assertThat(committed).as("calls that committed").isGreaterThan(LEAST_CALLS);
        assertThat(world.debit.texts("SELECT message_id FROM " + mine + " AND status <> 'ABORTED'"))
                .as("P1, P2: rows, and messages that consumers see")
                .containsExactlyInAnyOrderElementsOf(visible(world));
        List<String> sent = world.debit.texts("SELECT CONCAT(id, ' ', to_account, ' ', amount) FROM transfer"
                + " WHERE to_account REGEXP '^b[0-9]+$'");
        List<String> arrived = world.credit.texts("SELECT CONCAT(transfer_id, ' ', account, ' ', amount) FROM credit"
                + " WHERE account REGEXP '^b[0-9]+$'");
        assertThat(arrived).as("every transfer has arrived, once").containsExactlyInAnyOrderElementsOf(sent);
        assertThat(world.debit.count(
                        "transfer t JOIN rmq_tx_message m ON m.message_key = t.id WHERE m.application = ?", DEBIT))
                .as("rows and business agree")
                .isEqualTo(committed);
        BigDecimal left = debitBefore.subtract(sum(world.debit));
        BigDecimal come = sum(world.credit).subtract(creditBefore);
        assertThat(come).as("money that has arrived").isEqualByComparingTo(left);
    }

    private static Set<String> visible(World world) {
        return world.broker.messages(TOPIC).stream()
                .map(message -> message.property(MessageHeaders.MESSAGE_ID))
                .collect(Collectors.toSet());
    }

    private void report(long committed, long aborted, List<Instance> instances, long seed) {
        System.out.printf(
                "seed %d%n%-28s%8s%n%-28s%8d%n%-28s%8d%n%-28s%8d%n%-28s%8d%n%-28s%8d%n%-28s%8d%n%-28s%8d%n",
                seed,
                "random kills for " + RUN,
                "",
                "calls",
                total(instances, Tally.Count.CALLS),
                "committed",
                committed,
                "refused by the business",
                total(instances, Tally.Count.REFUSED),
                "failed",
                total(instances, Tally.Count.FAILED),
                "fenced by check-backs",
                aborted,
                "duplicates turned away",
                total(instances, Tally.Count.DUPLICATES),
                "kills",
                kills.get());
    }

    private static long total(List<Instance> instances, Tally.Count count) {
        return instances.stream()
                .mapToLong(instance -> instance.tally.get(count))
                .sum();
    }

    private static BigDecimal sum(Database database) {
        return database.number("SELECT SUM(balance) FROM account");
    }
}
