package io.rmqtx.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The relay's parts by themselves. */
class PartsTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Budget budget = new Budget(1_000, 1 << 20);
    private int number;

    private Parcel parcel(boolean fresh, int size) {
        MessageId id = new MessageId("m" + number++, Instant.now());
        budget.take(size + 512);
        return new Parcel(
                (ReliableStore) Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {ReliableStore.class}, (a, b, c) -> null),
                new OutgoingMessage(id, "t", null, null, Map.of(), new byte[size]),
                fresh ? 0 : 5_000,
                1_000 * SECOND,
                0,
                budget);
    }

    @Test
    void aBudgetIsBoundedByNumberAndBySizeAndLetsASingleLargeOnePass() {
        Budget small = new Budget(2, 100);
        assertThat(small.tryTake(1_000)).isTrue();
        assertThat(small.tryTake(1)).isFalse();
        small.giveBack(1_000);
        assertThat(small.tryTake(60)).isTrue();
        assertThat(small.tryTake(60)).isFalse();
        assertThat(small.tryTake(40)).isTrue();
        assertThat(small.tryTake(0)).isFalse();
        assertThat(small.messagesLeft()).isZero();
        small.giveBack(60);
        assertThat(small.bytesLeft()).isEqualTo(60);
    }

    @Test
    void aBacklogAndNewMessagesTakeTurns() {
        Lane lane = new Lane("t");
        IntStream.range(0, 100).forEach(i -> lane.add(parcel(false, 10)));
        IntStream.range(0, 100).forEach(i -> lane.add(parcel(true, 10)));

        List<Boolean> firsts = IntStream.range(0, 6)
                .mapToObj(i -> lane.nextBatch(10, 1 << 20, 0).get(0).isFresh())
                .toList();

        assertThat(firsts).containsExactly(false, true, false, true, false, true);
    }

    @Test
    void fewMessagesWaitALittleForTheAnswerToOthersAndThenShareARequest() {
        Lane lane = new Lane("t");
        long begun = 1_000_000;
        lane.add(parcel(true, 10));
        assertThat(lane.gathersFor(begun)).as("nothing is under way").isZero();

        lane.nextBatch(10, 1 << 20, 0);
        lane.sent(begun);
        assertThat(lane.gathersFor(begun)).as("nothing waits").isZero();
        lane.add(parcel(true, 10));
        assertThat(lane.gathersFor(begun)).isEqualTo(5_000_000);
        assertThat(lane.gathersFor(begun + 4_000_000)).isEqualTo(1_000_000);
        assertThat(lane.gathersFor(begun + 6_000_000)).as("for long").isZero();

        IntStream.range(0, 15).forEach(i -> lane.add(parcel(i % 2 == 0, 10)));
        assertThat(lane.gathersFor(begun)).as("as there are many").isZero();

        lane.answered();
        lane.nextBatch(14, 1 << 20, 0);
        assertThat(lane.gathersFor(begun)).as("it is answered").isZero();
    }

    @Test
    void aLargeMessageDoesNotWaitForOthers() {
        Lane lane = new Lane("t");
        lane.sent(0);
        lane.add(parcel(false, 5_000));

        assertThat(lane.gathersFor(0)).isZero();
    }

    @Test
    void aBatchKeepsItsBoundsAndLargeMessagesTravelAlone() {
        Lane lane = new Lane("t");
        IntStream.range(0, 5).forEach(i -> lane.add(parcel(true, 1_000)));
        lane.add(parcel(true, 5_000));
        lane.add(parcel(true, 10));

        assertThat(lane.nextBatch(2, 1 << 20, 0)).hasSize(2);
        assertThat(lane.nextBatch(10, 2_000, 0)).hasSize(1);
        assertThat(lane.nextBatch(10, 1 << 20, 0)).hasSize(2);
        assertThat(lane.nextBatch(10, 1 << 20, 0)).singleElement().matches(Parcel::isAlone);
        assertThat(lane.nextBatch(10, 1 << 20, 0)).hasSize(1);
        assertThat(lane.isEmpty()).isTrue();
    }

    @Test
    void aTopicRestsLongerWithEachFailureAndIsWellAfterASuccess() {
        TopicHealth health = new TopicHealth();
        long now = 0;
        long last = 0;
        for (int i = 0; i < 10; i++) {
            health.failed("t", now);
            long rest = health.rest("t", now);
            assertThat(rest).isBetween(SECOND / 20, 5 * SECOND);
            if (i > 7) {
                assertThat(rest).isGreaterThanOrEqualTo(SECOND * 5 / 2);
            }
            now += rest + 1;
            last = rest;
            assertThat(health.rest("t", now)).isNegative();
        }
        assertThat(last).isGreaterThan(SECOND);
        health.failed("t", now);
        assertThat(health.rest("u", now)).isNotPositive();
        assertThat(health.isSick("u")).isFalse();
        assertThat(health.isOutage(now)).isTrue();
        health.succeeded("u", now);
        assertThat(health.isOutage(now)).isFalse();
        assertThat(health.isSick("t")).isTrue();
        health.succeeded("t", now);
        assertThat(health.isSick("t")).isFalse();
    }

    @Test
    void severalSendsThatFailTogetherCountOnce() {
        TopicHealth health = new TopicHealth();
        IntStream.range(0, 8).forEach(i -> health.failed("t", 0));
        assertThat(health.rest("t", 0)).isLessThanOrEqualTo(SECOND / 10);
    }
}
