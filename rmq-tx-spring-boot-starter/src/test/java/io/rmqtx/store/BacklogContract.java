package io.rmqtx.store;

import static io.rmqtx.store.StoreFixture.HOUR;
import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.MessageMode;
import io.rmqtx.spi.Backlog;
import io.rmqtx.spi.Backlog.Claimed;
import io.rmqtx.spi.Backlog.Due;
import io.rmqtx.spi.Backlog.Knowledge;
import io.rmqtx.spi.Backlog.Limit;
import io.rmqtx.spi.Backlog.OfKey;
import io.rmqtx.spi.Backlog.OrderKey;
import io.rmqtx.spi.DeliveryTime;
import io.rmqtx.spi.MessageStatus;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every database must do for the rows that are still to be published. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BacklogContract {

    private static final long ME = 1_001;
    private static final long OTHER = 2_002;
    private static final Limit MANY = new Limit(1_000, 1 << 20);
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final OrderKey KEY = new OrderKey("order-events", "customer-1");

    private final TestDatabaseKind kind;
    private StoreFixture fixture;
    private Backlog backlog;

    BacklogContract(TestDatabaseKind kind) {
        this.kind = kind;
    }

    @BeforeAll
    void open() {
        fixture = StoreFixture.on(kind, pool -> {});
        backlog = fixture.store.backlog();
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    @BeforeEach
    void empty() {
        fixture.tx.executeWithoutResult(status -> fixture.jdbc.update("DELETE FROM rmq_tx_message"));
    }

    private static OutgoingMessage message(String orderKey, DeliveryTime time) {
        OutgoingMessage plain = StoreFixture.message();
        return new OutgoingMessage(
                plain.id(), plain.topic(), plain.tag(), plain.key(), plain.headers(), plain.body(), orderKey, time);
    }

    private String insert(OutgoingMessage message, MessageMode mode, Duration dueAfter) {
        fixture.tx.executeWithoutResult(
                status -> fixture.store.messages().insert(List.of(message), mode, HOUR, dueAfter));
        return message.id().value();
    }

    private String due() {
        return insert(message(null, null), MessageMode.OUTBOX, Duration.ZERO);
    }

    private List<String> due(int number) {
        return IntStream.range(0, number).mapToObj(i -> due()).toList();
    }

    private String ordered() {
        return insert(message(KEY.key(), null), MessageMode.OUTBOX, LEASE);
    }

    private static List<String> ids(List<Claimed> rows) {
        return rows.stream().map(Claimed::messageId).toList();
    }

    private Due claim(long owner, Limit limit) {
        return backlog.claim(owner, LEASE, limit, List.of());
    }

    private List<String> claimKey(long owner) {
        return ids(backlog.claimKey(KEY, owner, LEASE, MANY).rows());
    }

    private String status(String id) {
        return backlog.read(id).orElseThrow().status().name();
    }

    private long number(String column, String id) {
        return fixture.jdbc.queryForObject(
                "SELECT " + column + " FROM rmq_tx_message WHERE message_id = ?", Long.class, id);
    }

    /** As if so much time had passed. */
    private void age(String id, Duration by) {
        fixture.tx.executeWithoutResult(status -> fixture.jdbc.update(
                "UPDATE rmq_tx_message SET next_attempt_at = next_attempt_at - ? WHERE message_id = ?",
                by.toMillis(),
                id));
    }

    private void set(String id, MessageStatus status) {
        fixture.tx.executeWithoutResult(tx ->
                fixture.jdbc.update("UPDATE rmq_tx_message SET status = ? WHERE message_id = ?", status.name(), id));
    }

    @Test
    void claimsWhatIsDueWithEverythingThatIsNeededToSendIt() {
        OutgoingMessage message = message(null, DeliveryTime.at(Instant.ofEpochMilli(1_000)));
        insert(message, MessageMode.OUTBOX, Duration.ZERO);
        insert(message(null, null), MessageMode.OUTBOX, HOUR);

        List<Claimed> rows = claim(ME, MANY).rows();

        assertThat(rows).hasSize(1);
        OutgoingMessage read = rows.get(0).message();
        assertThat(read).isNotNull();
        assertThat(read.id().value()).isEqualTo(message.id().value());
        assertThat(read.topic()).isEqualTo(message.topic());
        assertThat(read.tag()).isEqualTo(message.tag());
        assertThat(read.key()).isEqualTo(message.key());
        assertThat(read.headers()).isEqualTo(message.headers());
        assertThat(read.body()).isEqualTo(message.body());
        assertThat(read.deliveryTime()).isEqualTo(message.deliveryTime());
        assertThat(rows.get(0).toBeAskedFor()).isFalse();
        assertThat(rows.get(0).bytes()).isPositive();
    }

    @Test
    void aClaimedRowIsNobodyElsesUntilItsLeaseIsOverAndThenItIsAskedForFirst() {
        String id = due();
        assertThat(ids(claim(ME, MANY).rows())).containsExactly(id);

        assertThat(claim(OTHER, MANY).rows()).isEmpty();

        age(id, LEASE);
        List<Claimed> later = claim(OTHER, MANY).rows();
        assertThat(ids(later)).containsExactly(id);
        assertThat(later.get(0).toBeAskedFor()).isTrue();
        assertThat(later.get(0).seen()).isFalse();
    }

    @Test
    void rowsOfTransactionalModeAreAskedForFirst() {
        insert(message(null, null), MessageMode.TRANSACTIONAL, Duration.ZERO);

        assertThat(claim(ME, MANY).rows().get(0).toBeAskedFor()).isTrue();
    }

    @Test
    void aRowThatWasSeenInItsTopicIsRememberedAsSuch() {
        String id = due();
        claim(ME, MANY);
        assertThat(backlog.retryLater(List.of(id), ME, Knowledge.SEEN, Duration.ZERO, Duration.ZERO, null))
                .isEqualTo(1);

        assertThat(claim(ME, MANY).rows().get(0).seen()).isTrue();
    }

    @Test
    void claimersSideBySideNeverGetTheSameRow() throws Exception {
        List<String> all = due(200);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<List<String>> claimer = () -> {
                List<String> mine = new ArrayList<>();
                while (true) {
                    List<String> some = ids(claim(ME, new Limit(7, 1 << 20)).rows());
                    if (some.isEmpty()) {
                        return mine;
                    }
                    mine.addAll(some);
                }
            };
            List<String> claimed = new ArrayList<>();
            for (Future<List<String>> future : threads.invokeAll(List.of(claimer, claimer, claimer, claimer))) {
                claimed.addAll(future.get());
            }
            // One that passed over what another was just claiming may have ended too soon.
            claimed.addAll(ids(claim(ME, MANY).rows()));
            assertThat(claimed).containsExactlyInAnyOrderElementsOf(all);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void passesOverRowsThatATransactionHolds() throws Exception {
        List<String> two = due(2);
        try (HeldTransaction holder = new HeldTransaction(
                fixture.tx,
                () -> fixture.jdbc.update(
                        "UPDATE rmq_tx_message SET attempts = attempts WHERE message_id = ?", two.get(0)))) {
            assertThat(ids(claim(ME, MANY).rows())).containsExactly(two.get(1));
            holder.rollBack();
        }
    }

    @Test
    void claimsNoMoreThanFitsButAtLeastOne() {
        due(5);
        long two = 2 * (512 + 7);

        assertThat(claim(ME, new Limit(10, two)).rows()).hasSize(2);
        assertThat(claim(ME, new Limit(10, 1)).rows()).hasSize(1);
        assertThat(claim(ME, new Limit(1, 1 << 20)).rows()).hasSize(1);
        assertThat(claim(ME, MANY).rows()).hasSize(1);
    }

    @Test
    void leavesRowsOfOtherApplicationsAlone() {
        String id = due();
        fixture.tx.executeWithoutResult(status ->
                fixture.jdbc.update("UPDATE rmq_tx_message SET application = 'another' WHERE message_id = ?", id));

        assertThat(claim(ME, MANY).rows()).isEmpty();
        assertThat(backlog.nextDue()).isEmpty();
        assertThat(backlog.read(id)).isEmpty();
        assertThat(backlog.cancel(id, "reason", SECOND)).isFalse();
    }

    @Test
    void aRowThatCannotBeReadDoesNotStopTheOthers() {
        List<String> ids = due(3);
        fixture.tx.executeWithoutResult(status -> {
            fixture.jdbc.update("UPDATE rmq_tx_message SET headers = 'no json' WHERE message_id = ?", ids.get(0));
            fixture.jdbc.update("UPDATE rmq_tx_message SET payload = NULL WHERE message_id = ?", ids.get(1));
        });

        Map<Boolean, List<Claimed>> byReadable = claim(ME, MANY).rows().stream()
                .collect(java.util.stream.Collectors.partitioningBy(row -> row.message() != null));

        assertThat(ids(byReadable.get(true))).containsExactly(ids.get(2));
        assertThat(byReadable.get(false)).extracting(Claimed::unreadable).doesNotContainNull();
    }

    @Test
    void saysWhenTheNextRowIsDue() {
        assertThat(backlog.nextDue()).isEmpty();
        insert(message(null, null), MessageMode.OUTBOX, Duration.ofSeconds(30));
        assertThat(backlog.nextDue().orElseThrow()).isBetween(20_000L, 30_000L);
        due();
        assertThat(backlog.nextDue().orElseThrow()).isZero();
    }

    @Test
    void aDelayCountsFromTheInsertAndWhatIsFarAwayIsDueShortlyBefore() {
        String near = insert(message(null, DeliveryTime.after(HOUR)), MessageMode.OUTBOX, SECOND);
        String far = insert(message(null, DeliveryTime.after(Duration.ofHours(24))), MessageMode.OUTBOX, SECOND);
        String at = insert(
                message(null, DeliveryTime.at(Instant.ofEpochMilli(1_900_000_000_000L))), MessageMode.OUTBOX, SECOND);

        assertThat(number("deliver_at - created_at", near)).isBetween(HOUR.toMillis() - 1, HOUR.toMillis() + 1_000);
        assertThat(number("next_attempt_at - created_at", near)).isBetween(999L, 2_000L);
        assertThat(number("next_attempt_at - created_at", far))
                .isBetween(HOUR.toMillis() * 12 - 1, HOUR.toMillis() * 12 + 1_000);
        assertThat(number("deliver_at", at)).isEqualTo(1_900_000_000_000L);
        assertThat(number("next_attempt_at", at)).isEqualTo(1_900_000_000_000L - HOUR.toMillis() * 12);
    }

    @Test
    void anOrderKeyIsClaimedFromItsFirstRowOnInTheOrderOfTheNumbers() {
        List<String> three = List.of(ordered(), ordered(), ordered());
        insert(message("customer-2", null), MessageMode.OUTBOX, LEASE);

        assertThat(ids(backlog.claimKey(KEY, ME, LEASE, new Limit(2, 1 << 20)).rows()))
                .isEqualTo(three.subList(0, 2));

        OfKey others = backlog.claimKey(KEY, OTHER, LEASE, MANY);
        assertThat(others.rows()).isEmpty();
        assertThat(others.taken()).isTrue();

        fixture.store.messages().markPublished(three.subList(0, 2));
        assertThat(claimKey(OTHER)).containsExactly(three.get(2));
    }

    @Test
    void aDeadRowHoldsUpItsKeyAndNoOther() {
        String first = ordered();
        String second = ordered();
        assertThat(claimKey(ME)).containsExactly(first, second);
        assertThat(backlog.refused(first, ME, 5, true, SECOND, "too large")).isTrue();
        backlog.release(List.of(second), ME, Knowledge.PERHAPS_SENT);

        OfKey blocked = backlog.claimKey(KEY, ME, LEASE, MANY);
        assertThat(blocked.rows()).isEmpty();
        assertThat(blocked.taken()).isFalse();
        String other = insert(message("customer-2", null), MessageMode.OUTBOX, LEASE);
        assertThat(ids(backlog.claimKey(new OrderKey("order-events", "customer-2"), ME, LEASE, MANY)
                        .rows()))
                .containsExactly(other);

        assertThat(backlog.cancel(first, "was a mistake", SECOND)).isTrue();
        assertThat(claimKey(ME)).containsExactly(second);
    }

    @Test
    void aRowThatATransactionHoldsCountsAsUnpublished() throws Exception {
        String first = ordered();
        String second = ordered();
        assertThat(ids(backlog.claimKey(KEY, ME, LEASE, new Limit(1, 1 << 20)).rows()))
                .containsExactly(first);
        try (HeldTransaction holder = new HeldTransaction(
                fixture.tx,
                () -> fixture.jdbc.update(
                        "UPDATE rmq_tx_message SET status = 'PUBLISHED' WHERE message_id = ?", first))) {
            OfKey meanwhile = backlog.claimKey(KEY, OTHER, LEASE, MANY);
            assertThat(meanwhile.rows()).isEmpty();
            assertThat(meanwhile.taken()).isTrue();
            holder.commit();
        }
        assertThat(claimKey(OTHER)).containsExactly(second);
    }

    @Test
    void ofClaimersOfOneKeyExactlyOneGetsItAndGetsItFromItsFirstRow() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            for (int round = 0; round < 15; round++) {
                empty();
                List<String> rows = List.of(ordered(), ordered(), ordered(), ordered());
                List<Callable<List<String>>> claimers = new ArrayList<>();
                for (int i = 1; i <= 3; i++) {
                    int size = i;
                    claimers.add(() -> ids(backlog.claimKey(KEY, 5_000 + size, LEASE, new Limit(size, 1 << 20))
                            .rows()));
                }
                List<List<String>> winners = new ArrayList<>();
                for (Future<List<String>> claimed : threads.invokeAll(claimers)) {
                    if (!claimed.get().isEmpty()) {
                        winners.add(claimed.get());
                    }
                }
                assertThat(winners).hasSize(1);
                assertThat(rows.subList(0, winners.get(0).size())).isEqualTo(winners.get(0));
            }
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void dueRowsOfAKeyAreOnlyNamedAndLookedAtLessOften() {
        String id = insert(message(KEY.key(), null), MessageMode.OUTBOX, Duration.ZERO);

        Due due = claim(ME, MANY);

        assertThat(due.rows()).isEmpty();
        assertThat(due.orderKeys()).containsExactly(KEY);
        assertThat(claim(ME, MANY).orderKeys()).isEmpty();
        assertThat(claimKey(ME)).containsExactly(id);
    }

    /** What a crash leaves: rows of a key that were claimed, behind one that was given up. */
    @Test
    void rowsOfAKeyThatCannotBeClaimedAreNotFoundDueAllTheTime() {
        String first = ordered();
        String second = ordered();
        assertThat(claimKey(OTHER)).containsExactly(first, second);
        set(first, MessageStatus.DEAD);
        age(second, LEASE);

        assertThat(claim(ME, MANY).orderKeys()).containsExactly(KEY);

        assertThat(claim(ME, MANY).orderKeys()).isEmpty();
        assertThat(backlog.nextDue().orElseThrow()).isGreaterThan(3_000);
        set(first, MessageStatus.CANCELLED);
        List<Claimed> rows = backlog.claimKey(KEY, ME, LEASE, MANY).rows();
        assertThat(ids(rows)).containsExactly(second);
        assertThat(rows.get(0).toBeAskedFor()).as("it may have been sent").isTrue();
    }

    @Test
    void aRowOfAKeyThatFailedWaitsAndThoseBehindItDoNot() {
        String first = ordered();
        String second = ordered();
        String third = ordered();
        assertThat(claimKey(ME)).containsExactly(first, second, third);
        assertThat(backlog.refused(first, ME, 1, false, LEASE, "forbidden")).isTrue();
        backlog.release(List.of(second), ME, Knowledge.PERHAPS_SENT);
        backlog.release(List.of(third), ME, Knowledge.SEEN);

        assertThat(claimKey(OTHER)).isEmpty();

        fixture.store.messages().markPublished(List.of(first));
        List<Claimed> rows = backlog.claimKey(KEY, OTHER, LEASE, MANY).rows();
        assertThat(ids(rows)).containsExactly(second, third);
        assertThat(rows).extracting(Claimed::toBeAskedFor).containsExactly(true, true);
        assertThat(rows).extracting(Claimed::seen).containsExactly(false, true);
    }

    @Test
    void whatIsKnownOfARowIsKeptWhileItWaitsAndItCannotBeClaimedBefore() {
        for (Knowledge known : Knowledge.values()) {
            empty();
            String first = ordered();
            assertThat(claimKey(ME)).containsExactly(first);
            assertThat(backlog.retryLater(List.of(first), ME, known, LEASE, LEASE, null))
                    .isEqualTo(1);

            assertThat(claimKey(OTHER)).as("%s, it waits", known).isEmpty();

            age(first, LEASE);
            List<Claimed> rows = backlog.claimKey(KEY, OTHER, LEASE, MANY).rows();
            assertThat(ids(rows)).containsExactly(first);
            assertThat(rows.get(0).toBeAskedFor()).isEqualTo(known != Knowledge.NOT_SENT);
            assertThat(rows.get(0).seen()).isEqualTo(known == Knowledge.SEEN);
        }
    }

    @Test
    void leavesTopicsOutThatCannotBeSentTo() {
        due();

        assertThat(backlog.claim(ME, LEASE, MANY, List.of("order-events", "another"))
                        .rows())
                .isEmpty();
        assertThat(backlog.claim(ME, LEASE, MANY, List.of("another")).rows()).hasSize(1);
    }

    @Test
    void whatIsFarAwayStaysSoWhenItIsPostponedOrPublishedAgain() {
        String far = insert(message(null, DeliveryTime.after(Duration.ofHours(24))), MessageMode.OUTBOX, SECOND);
        fixture.tx.executeWithoutResult(status -> fixture.store.messages().postpone(List.of(far), SECOND));
        assertThat(claim(ME, MANY).rows()).isEmpty();
        assertThat(backlog.nextDue().orElseThrow()).isGreaterThan(HOUR.toMillis() * 11);
        set(far, MessageStatus.DEAD);
        assertThat(backlog.publishAgain(far, MessageStatus.DEAD)).isTrue();
        assertThat(backlog.nextDue().orElseThrow()).isGreaterThan(HOUR.toMillis() * 11);
    }

    @Test
    void onlyTheHolderOfAClaimPutsARowOffOrDeclaresItDead() {
        String id = due();
        claim(ME, MANY);

        assertThat(backlog.retryLater(List.of(id), OTHER, Knowledge.NOT_SENT, SECOND, SECOND, "no broker"))
                .isZero();
        assertThat(backlog.refused(id, OTHER, 1, true, SECOND, "too large")).isFalse();
        assertThat(backlog.refused(id, 0, 1, true, SECOND, "too large")).isFalse();
        assertThat(status(id)).isEqualTo("PENDING");

        assertThat(backlog.refused(id, ME, 1, false, SECOND, "too large")).isTrue();
        assertThat(status(id)).isEqualTo("PENDING");
        assertThat(backlog.read(id).orElseThrow().refusals()).isEqualTo(1);
        assertThat(ids(claim(ME, MANY).rows())).as("it waits").isEmpty();
        age(id, SECOND);
        assertThat(ids(claim(ME, MANY).rows())).containsExactly(id);
        assertThat(backlog.refused(id, ME, 2, true, SECOND, "too large")).isTrue();
        assertThat(status(id)).isEqualTo("DEAD");
        assertThat(backlog.read(id).orElseThrow().lastError()).isEqualTo("too large");
    }

    @Test
    void nothingButAnAcknowledgementOverwritesAFinalState() {
        for (MessageStatus status : MessageStatus.values()) {
            String id = due();
            claim(ME, MANY);
            set(id, status);
            boolean pending = status == MessageStatus.PENDING;
            assertThat(backlog.retryLater(List.of(id), ME, Knowledge.PERHAPS_SENT, Duration.ZERO, Duration.ZERO, null)
                            == 1)
                    .as("retry a %s row", status)
                    .isEqualTo(pending);
            String another = due();
            claim(ME, MANY);
            set(another, status);
            assertThat(backlog.refused(another, ME, 9, true, SECOND, "x"))
                    .as("refuse %s", status)
                    .isEqualTo(pending);
        }
        String dead = fixture.jdbc
                .queryForList("SELECT message_id FROM rmq_tx_message WHERE status = 'DEAD'", String.class)
                .get(0);
        assertThat(fixture.store.messages().markPublished(List.of(dead))).isEqualTo(1);
        assertThat(status(dead)).isEqualTo("PUBLISHED");
    }

    @Test
    void aRowWaitsAboutAsLongAsItIsOldWithinBounds() {
        String id = due();
        fixture.tx.executeWithoutResult(status -> fixture.jdbc.update(
                "UPDATE rmq_tx_message SET created_at = created_at - 20000 WHERE message_id = ?", id));

        assertThat(waitOf(id, SECOND, LEASE)).isBetween(7_000L, 30_000L);
        assertThat(waitOf(id, SECOND, Duration.ofSeconds(5))).isBetween(1_000L, 5_100L);
        assertThat(waitOf(id, LEASE, LEASE)).isBetween(25_000L, 60_100L);
    }

    private long waitOf(String id, Duration least, Duration most) {
        long owner = claimAnyway(id);
        int unused = backlog.retryLater(List.of(id), owner, Knowledge.NOT_SENT, least, most, "no broker");
        return backlog.nextDue().orElseThrow();
    }

    private long claimAnyway(String id) {
        age(id, HOUR);
        assertThat(ids(claim(ME, MANY).rows())).containsExactly(id);
        return ME;
    }

    @Test
    void deletesPublishedRowsOfTheRelayAndLeavesTheOthers() {
        String outbox = due();
        String transactional = insert(message(null, null), MessageMode.TRANSACTIONAL, Duration.ZERO);
        String finished = due();
        set(finished, MessageStatus.CONFIRMED);

        assertThat(backlog.deletePublished(List.of(outbox, transactional, finished)))
                .isEqualTo(1);

        assertThat(backlog.read(outbox)).isEmpty();
        assertThat(status(transactional)).isEqualTo("PENDING");
        assertThat(status(finished)).isEqualTo("CONFIRMED");
    }

    @Test
    void publishesAgainFromTheStateThatWasRead() {
        String id = insert(message(null, null), MessageMode.TRANSACTIONAL, HOUR);
        set(id, MessageStatus.PUBLISHED);

        assertThat(backlog.publishAgain(id, MessageStatus.DEAD)).isFalse();
        assertThat(backlog.publishAgain(id, MessageStatus.PUBLISHED)).isTrue();

        assertThat(status(id)).isEqualTo("PENDING");
        List<Claimed> rows = claim(ME, MANY).rows();
        assertThat(ids(rows)).containsExactly(id);
        assertThat(rows.get(0).toBeAskedFor()).isFalse();
    }

    @Test
    void givesUpOnlyWhatNobodyIsSending() {
        String justCommitted = insert(message(null, null), MessageMode.OUTBOX, Duration.ofSeconds(10));
        String waiting = insert(message(null, DeliveryTime.after(Duration.ofHours(24))), MessageMode.OUTBOX, SECOND);
        String claimed = due();
        claim(ME, MANY);
        String perhapsSent = due();
        claim(OTHER, MANY);
        age(perhapsSent, LEASE);
        String published = due();
        set(published, MessageStatus.PUBLISHED);
        String transactional = insert(message(null, null), MessageMode.TRANSACTIONAL, Duration.ofMinutes(5));

        Duration inHands = Duration.ofSeconds(10);
        assertThat(List.of(justCommitted, claimed, perhapsSent, published, transactional))
                .noneMatch(id -> backlog.cancel(id, "reason", inHands));
        assertThat(backlog.cancel(waiting, "customer changed his mind", inHands))
                .isTrue();
        assertThat(status(waiting)).isEqualTo("CANCELLED");
        assertThat(backlog.read(waiting).orElseThrow().lastError()).isEqualTo("customer changed his mind");
        assertThat(backlog.cancel(waiting, "again", inHands)).isFalse();
    }

    @Test
    void purgesOnlyRowsOfThatStateThatAreOldEnough() {
        Set<String> old = new HashSet<>(due(3));
        Collection<String> young = due(2);
        String pending = due();
        old.forEach(id -> {
            set(id, MessageStatus.PUBLISHED);
            age(id, HOUR);
        });
        young.forEach(id -> set(id, MessageStatus.PUBLISHED));
        age(pending, HOUR);

        assertThat(backlog.purge(MessageStatus.ABORTED, LEASE, 100)).isZero();
        assertThat(backlog.purge(MessageStatus.PUBLISHED, LEASE, 2)).isEqualTo(2);
        assertThat(backlog.purge(MessageStatus.PUBLISHED, LEASE, 100)).isEqualTo(1);
        assertThat(backlog.purge(MessageStatus.PUBLISHED, LEASE, 100)).isZero();
        assertThat(young).allMatch(id -> backlog.read(id).isPresent());
        assertThat(backlog.read(pending)).isPresent();
    }

    @Test
    void purgesOldIdempotencyKeys() throws Exception {
        fixture.insertKey("old");
        fixture.tx.executeWithoutResult(
                status -> fixture.jdbc.update("UPDATE rmq_tx_consumed SET consumed_at = consumed_at - 3600000"));
        fixture.insertKey("young");

        assertThat(fixture.store.consumedKeys().purge(Duration.ofMinutes(59), 100))
                .isEqualTo(1);

        assertThat(fixture.jdbc.queryForList("SELECT idempotency_key FROM rmq_tx_consumed", String.class))
                .containsExactly("young");
    }
}
