package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.HalfMessageTransport.HalfMessage;
import io.rmqtx.testing.RecordingListener.End;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.broker.transaction.queue.TransactionalMessageUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.DirectFieldAccessor;

/**
 * Coordinates are an address, not a name: after a power cut another transaction's half message lies where ours was, and
 * the broker would publish it for our COMMIT.
 */
class StaleCoordinatesTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.dedicated(broker ->
            broker.transactionTimeout(Duration.ofMinutes(10)).transactionCheckInterval(Duration.ofMinutes(10)));

    @Test
    void aCommitNeverPublishesTheMessageThatTookItsPlace() {
        EmbeddedRocketMq broker = ROCKET_MQ.get();
        List<HalfMessage> halves = new CopyOnWriteArrayList<>();
        try (TestDatabase database = TestDatabase.h2();
                OrderService service = OrderService.start(
                        broker, database.dataSource(), app -> app.property("rmq-tx.producer.commit-within", "1m")
                                .singleton("halves", TransportFaults.recordingHalves(halves)))) {
            service.orders.place(new Order("first", 1));
            await().until(() -> service.visible().size() == 1);
            await().until(() -> isMarkedAsEnded(halves.get(0))); // or that would be lost, and stood before "lost-"
            broker.flush();

            CountDownLatch finishFirst = new CountDownLatch(1);
            CountDownLatch finishSecond = new CountDownLatch(1);
            AtomicInteger entered = new AtomicInteger();
            service.orders.setBusiness(() -> {
                entered.incrementAndGet();
                waitFor(finishFirst);
            });
            CompletableFuture<Void> lost =
                    CompletableFuture.runAsync(() -> service.orders.place(new Order("lost-", 1)));
            await().until(() -> service.events.halves.size() == 2);
            await().until(() -> entered.get() == 1);

            broker.killBroker(); // the half message of "lost-" was acknowledged, and is gone
            broker.startBroker();

            service.orders.setBusiness(() -> {
                waitFor(finishSecond);
                throw new IllegalStateException("rolls back");
            });
            CompletableFuture<Void> tookItsPlace = CompletableFuture.runAsync(
                    () -> service.retrySend(() -> service.orders.place(new Order("taken", 1))));
            await().atMost(Duration.ofSeconds(30)).until(() -> service.events.halves.size() == 3);
            assertTheLastStandsWhereTheOneBeforeStood(halves);

            finishFirst.countDown();
            lost.join();
            await().until(() -> service.events.ends.size() == 2);
            End end = service.events.ends.get(1);
            assertThat(end.messageId())
                    .isEqualTo(service.events.halves.get(1).id().value());
            assertThat(end.decision()).isEqualTo(Decision.COMMIT);
            assertThat(end.outcome()).isEqualTo(EndOutcome.NOT_SENT);

            finishSecond.countDown();
            assertThatThrownBy(tookItsPlace::join).hasRootCauseMessage("rolls back");
            await().until(() -> service.events.ends.size() == 3);
            assertThat(service.visible())
                    .as("neither the lost one nor the rolled back one")
                    .hasSize(1);
            assertThat(service.status(end.messageId())).as("the relay has it").isEqualTo("PENDING");
        }
    }

    @Test
    void aRollbackNeverDropsTheMessageThatTookItsPlace() {
        EmbeddedRocketMq broker = ROCKET_MQ.get();
        List<HalfMessage> halves = new CopyOnWriteArrayList<>();
        try (TestDatabase database = TestDatabase.h2();
                OrderService service = OrderService.start(
                        broker, database.dataSource(), app -> app.property("rmq-tx.producer.commit-within", "1m")
                                .singleton("halves", TransportFaults.recordingHalves(halves)))) {
            service.orders.place(new Order("first", 1));
            await().until(() -> service.visible().size() == 1);
            await().until(() -> isMarkedAsEnded(halves.get(0))); // or that would be lost, and stood before "lost-"
            broker.flush();

            CountDownLatch failFirst = new CountDownLatch(1);
            CountDownLatch finishSecond = new CountDownLatch(1);
            AtomicInteger entered = new AtomicInteger();
            service.orders.setBusiness(() -> {
                entered.incrementAndGet();
                waitFor(failFirst);
                throw new IllegalStateException("rolls back");
            });
            CompletableFuture<Void> lost =
                    CompletableFuture.runAsync(() -> service.orders.place(new Order("lost-", 1)));
            await().until(() -> entered.get() == 1);

            broker.killBroker();
            broker.startBroker();

            service.orders.setBusiness(() -> waitFor(finishSecond));
            CompletableFuture<Void> tookItsPlace = CompletableFuture.runAsync(
                    () -> service.retrySend(() -> service.orders.place(new Order("taken", 1))));
            await().atMost(Duration.ofSeconds(30)).until(() -> service.events.halves.size() == 3);
            assertTheLastStandsWhereTheOneBeforeStood(halves);
            long pending = broker.pendingHalfMessages();
            assertThat(pending).isPositive();

            failFirst.countDown();
            assertThatThrownBy(lost::join).hasRootCauseMessage("rolls back");
            await().until(() -> service.events.ends.size() == 2);
            End end = service.events.ends.get(1);
            assertThat(end.decision()).isEqualTo(Decision.ROLLBACK);
            assertThat(end.outcome()).isEqualTo(EndOutcome.NOT_SENT);
            assertThat(broker.pendingHalfMessages())
                    .as("the other one's is still there")
                    .isEqualTo(pending);

            finishSecond.countDown();
            tookItsPlace.join();
            await().until(() -> service.visible().size() == 2);
            assertThat(service.visible())
                    .extracting(message -> message.property("KEYS"))
                    .anyMatch(keys -> keys != null && keys.endsWith(" taken"));
        }
    }

    /** Otherwise the broker would refuse the stale request by itself, and nothing would be shown. */
    private static void assertTheLastStandsWhereTheOneBeforeStood(List<HalfMessage> halves) {
        assertThat(halves).hasSize(3);
        HalfMessage lost = halves.get(1);
        HalfMessage taken = halves.get(2);
        assertThat(taken.messageId()).isNotEqualTo(lost.messageId());
        for (String coordinate : List.of("brokerName", "queueOffset", "commitLogOffset")) {
            assertThat(coordinate(taken, coordinate)).as(coordinate).isEqualTo(coordinate(lost, coordinate));
        }
        assertThat(coordinate(halves.get(0), "queueOffset")).isNotEqualTo(coordinate(lost, "queueOffset"));
    }

    private static boolean isMarkedAsEnded(HalfMessage half) {
        String offset = coordinate(half, "queueOffset").toString();
        return ROCKET_MQ.get().messages(TransactionalMessageUtil.buildOpTopic()).stream()
                .flatMap(
                        mark -> Arrays.stream(mark.bodyAsString().split(TransactionalMessageUtil.OFFSET_SEPARATOR, -1)))
                .anyMatch(offset::equals);
    }

    private static Object coordinate(HalfMessage half, String name) {
        return Objects.requireNonNull(new DirectFieldAccessor(half).getPropertyValue(name));
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let the business go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
