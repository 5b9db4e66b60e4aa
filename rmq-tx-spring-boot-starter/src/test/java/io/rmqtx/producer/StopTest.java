package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageSendException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A service that is stopped finishes the calls that are running, and begins no others. */
class StopTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Test
    void aRunningCallIsFinishedAndNoOtherBegins() {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        try (TestDatabase database = TestDatabase.h2()) {
            OrderService service = OrderService.start(
                    ROCKET_MQ.get(),
                    database.dataSource(),
                    app -> app.property("rmq-tx.producer.shutdown-wait", "60s"));
            ROCKET_MQ.get().faults().dropChecks(FaultSwitches.ALWAYS);
            service.orders.setBusiness(() -> {
                entered.countDown();
                hold(proceed);
            });
            CompletableFuture<Void> running =
                    CompletableFuture.runAsync(() -> service.orders.place(new Order("running", 5)), StopTest::start);
            await().until(() -> entered.getCount() == 0);
            service.orders.setBusiness(() -> {});

            CompletableFuture<Void> stop = CompletableFuture.runAsync(service::close, StopTest::start);
            AtomicInteger before = new AtomicInteger();
            await().until(() -> refused(service, before));
            assertThat(running).isNotDone();
            assertThat(stop).as("waits for the call").isNotDone();
            int halves = service.events.halves.size();
            assertThat(halves).isEqualTo(1 + before.get());

            proceed.countDown();
            running.join();
            stop.join();

            assertThat(service.events.ends).hasSize(halves).allMatch(end -> end.outcome() == EndOutcome.ACKNOWLEDGED);
            assertThat(service.visible()).hasSize(halves);
            assertThat(service.orders.count()).isEqualTo(halves);
            assertThat(service.rows()).isEqualTo(halves);
        } finally {
            proceed.countDown();
        }
    }

    /** Until the stop has begun, calls are admitted. */
    private static boolean refused(OrderService service, AtomicInteger before) {
        try {
            service.orders.place(new Order("before-" + before.get(), 5));
            before.incrementAndGet();
            return false;
        } catch (MessageSendException e) {
            assertThat(e).hasMessageContaining("is being stopped").hasMessageContaining("Nothing was written");
            return true;
        }
    }

    private static void start(Runnable task) {
        new Thread(task).start();
    }

    private static void hold(CountDownLatch until) {
        try {
            if (!until.await(Duration.ofMinutes(1).toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("nobody let the business go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
