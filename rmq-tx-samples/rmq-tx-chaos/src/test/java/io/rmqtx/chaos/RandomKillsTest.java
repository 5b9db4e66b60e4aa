package io.rmqtx.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.chaos.service.Tally;
import io.rmqtx.spi.MessageHeaders;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two instances of each service under load, killed at random moments and started again. At the end the money is counted
 * on both sides.
 */
@ExtendWith(World.Extension.class)
class RandomKillsTest {

    private static final Duration RUN = Duration.ofSeconds(60);
    private static final int LEAST_KILLS = 30;
    private static final int LEAST_CALLS = 400;
    private static final int THREADS = 4;
    private static final long PERIOD_MICROS = 80_000;
    private static final String TOPIC = "transfers-killed";
    private static final String DEBIT = "debit-killed";
    private static final String CREDIT = "credit-killed";

    @Test
    @Tag("full")
    void moneyIsConservedWhateverDiesWhen(World world) throws Exception {
        world.broker.createTopic(TOPIC, 4);
        world.broker.createConsumerGroup(CREDIT);
        BigDecimal debitBefore = sum(world.debit);
        BigDecimal creditBefore = sum(world.credit);
        try (RandomKills kills = new RandomKills()) {
            for (int i = 0; i < 2; i++) {
                kills.add(
                        world.tally(DEBIT + i),
                        tally -> world.debit(DEBIT, properties(tally)),
                        "load " + World.ACCOUNTS + " " + THREADS + " " + PERIOD_MICROS);
                kills.add(world.tally(CREDIT + i), tally -> world.credit(CREDIT, properties(tally)), "");
            }
            kills.run(
                    RUN,
                    () -> kills.kills() >= LEAST_KILLS && kills.total(Tally.Count.COMMITTED) > LEAST_CALLS,
                    () -> {});
            kills.stopLoad();
            assertMoney(world, debitBefore, creditBefore, kills);
        }
    }

    private static Map<String, String> properties(String tally) {
        return Map.of("transfer.topic", TOPIC, "chaos.tally", tally);
    }

    private static void assertMoney(World world, BigDecimal debitBefore, BigDecimal creditBefore, RandomKills kills) {
        String mine = "rmq_tx_message WHERE application = '" + DEBIT + "'";
        world.awaitNoPendingHalves();
        long committed = world.debit.count(mine + " AND status <> 'ABORTED'");
        Wait.until("all money has arrived")
                .until(() -> world.credit.count("rmq_tx_consumed WHERE consumer_group = ?", CREDIT) >= committed);
        report(committed, world.debit.count(mine + " AND status = 'ABORTED'"), kills);

        assertThat(kills.kills()).as("kills").isGreaterThanOrEqualTo(LEAST_KILLS);
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

    private static void report(long committed, long aborted, RandomKills kills) {
        System.out.printf(
                "seed %d%n%-28s%8s%n%-28s%8d%n%-28s%8d%n%-28s%8d%n%-28s%8d%n%-28s%8d%n%-28s%8d%n%-28s%8d%n",
                kills.seed(),
                "random kills, at least " + RUN,
                "",
                "calls",
                kills.total(Tally.Count.CALLS),
                "committed",
                committed,
                "refused by the business",
                kills.total(Tally.Count.REFUSED),
                "failed",
                kills.total(Tally.Count.FAILED),
                "fenced by check-backs",
                aborted,
                "duplicates turned away",
                kills.total(Tally.Count.DUPLICATES),
                "kills",
                kills.kills());
    }

    private static BigDecimal sum(Database database) {
        return database.number("SELECT SUM(balance) FROM account");
    }
}
