package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.MessageSendException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stop and the calls that have sent and written nothing yet. */
class LateCallStopTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.h2();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private OrderService start(Duration shutdownWait) {
        OrderService service = OrderService.start(
                TimedOrderApp.class,
                ROCKET_MQ.get(),
                database.dataSource(),
                app -> app.property("rmq-tx.producer.shutdown-wait", shutdownWait.toMillis() + "ms"));
        service.context.getBean(TimedOrders.class).setBusiness(() -> {
            running.countDown();
            try {
                assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return service;
    }

    @Test
    void aStopWaitsForALateCallAndAdmitsNoFurtherOne() throws Exception {
        OrderService service = start(Duration.ofSeconds(30));
        TimedOrders orders = service.context.getBean(TimedOrders.class);
        CompletableFuture<?> call = CompletableFuture.runAsync(() -> orders.placeLate(new Order("o1", 105)));
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<?> stop = CompletableFuture.runAsync(service::close);
        await().untilAsserted(
                        () -> assertThatThrownBy(() -> orders.placeLateWithoutTransaction(new Order("refused", 5)))
                                .isInstanceOf(MessageSendException.class)
                                .hasMessageContaining("being stopped"));
        assertThat(stop).isNotDone();
        goOn.countDown();

        call.get(10, TimeUnit.SECONDS);
        stop.get(10, TimeUnit.SECONDS);
        assertThat(service.visible()).hasSize(1);
        assertThat(service.orders.count()).isOne();
    }

    @Test
    void aLateCallThatOutlivesTheStopIsRolledBack() throws Exception {
        OrderService service = start(Duration.ofMillis(200));
        TimedOrders orders = service.context.getBean(TimedOrders.class);
        CompletableFuture<?> call = CompletableFuture.runAsync(() -> orders.placeLate(new Order("o1", 105)));
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

        service.close();
        goOn.countDown();

        assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(MessageSendException.class);
        assertThat(service.orders.count()).isZero();
        assertThat(service.rows()).isZero();
    }
}
