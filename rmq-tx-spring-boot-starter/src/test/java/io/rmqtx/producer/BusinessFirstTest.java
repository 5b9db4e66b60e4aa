package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageIds;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.HalfMessageTransport.EndOutcome;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.testing.RecordingListener.End;
import io.rmqtx.testing.TestDatabase;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.Ordered;

/** P6 at the producer: neither the broker's answers nor those who listen hold a call up, or change what it says. */
class BusinessFirstTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private static final Duration LONG = Duration.ofSeconds(30);

    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.h2();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void noCallWaitsForTheAnswerToItsCommit() {
        try (OrderService service = OrderService.start(ROCKET_MQ.get(), database)) {
            Duration late = Duration.ofSeconds(2);
            ROCKET_MQ.get().faults().dropChecks(FaultSwitches.ALWAYS);
            ROCKET_MQ.get().faults().delayEndTransaction(late, 1);
            Instant start = Instant.now();

            service.orders.place(new Order("o1", 5));

            assertThat(service.events.ends).as("not answered yet").isEmpty();
            assertThat(service.orders.count()).as("and yet committed").isOne();
            await().atMost(LONG).until(() -> service.events.ends.size() == 1);
            assertThat(Instant.now()).isAfter(start.plus(late));
            assertThat(service.events.ends.get(0).outcome()).isEqualTo(EndOutcome.ACKNOWLEDGED);
            await().until(() -> service.events.marked.size() == 1);
        }
    }

    /** The client gives up a lost answer up to two seconds after its time-out. */
    @Test
    void anAnswerThatNeverComesIsGivenUp() {
        try (OrderService service = OrderService.start(
                ROCKET_MQ.get(), database.dataSource(), app -> app.property("rmq-tx.client.request-timeout", "1s"))) {
            service.orders.place(new Order("o1", 5)); // the first one may be slow enough for a check-back
            await().until(() -> service.events.ends.size() == 1);
            ROCKET_MQ.get().faults().dropEndTransactionAnswer(1);

            service.orders.place(new Order("o2", 5));

            assertThat(service.events.ends).hasSize(1);
            await().atMost(Duration.ofSeconds(5)).until(() -> service.events.ends.size() == 2);
            assertThat(service.events.ends.get(1).outcome()).isEqualTo(EndOutcome.UNKNOWN);
        }
    }

    @Test
    void aStopWaitsForAnAnswerNoLongerThanItIsTold() {
        OrderService service = OrderService.start(
                ROCKET_MQ.get(), database.dataSource(), app -> app.property("rmq-tx.producer.shutdown-wait", "500ms")
                        .property("rmq-tx.client.request-timeout", "30s"));
        ROCKET_MQ.get().faults().dropEndTransactionAnswer(1);
        service.orders.place(new Order("o1", 5));
        Instant start = Instant.now();

        service.close();

        assertThat(Duration.between(start, Instant.now()))
                .isGreaterThanOrEqualTo(Duration.ofMillis(500))
                .isLessThan(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, NoClassDefFoundError.class})
    void whatAListenerThrowsNeitherBreaksACallNorHidesItsOutcome(Class<? extends Throwable> thrown) {
        ThrowingListener listener = new ThrowingListener(thrown);
        AtomicReference<OrderService> running = new AtomicReference<>();
        try (OrderService service = OrderService.start(
                ROCKET_MQ.get(), database.dataSource(), app -> app.singleton("throws", listener.proxy())
                        .singleton("pause", PausingTransport.injecting(half -> {
                            if ("slow".equals(half.key())
                                    && service(running).events.restarts.isEmpty()) {
                                await().atMost(LONG).until(() -> service(running)
                                        .status(half.id().value())
                                        .equals("ABORTED"));
                            }
                        })))) {
            running.set(service);

            assertThat(service.orders.place(new Order("committed", 5))).isEqualTo("committed");
            await().until(() -> service.events.marked.size() == 1);
            listener.heard("halfMessageSent", "transactionEnded", "marked");

            service.orders.setBusiness(() -> {
                throw new IllegalArgumentException("business says no");
            });
            assertThatThrownBy(() -> service.orders.place(new Order("rolled-back", 5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("business says no");
            await().until(() -> service.events.ends.size() == 2);
            assertThat(service.events.ends)
                    .extracting(End::decision, End::outcome)
                    .contains(tuple(Decision.ROLLBACK, EndOutcome.ACKNOWLEDGED));
            service.orders.setBusiness(() -> {});

            ROCKET_MQ.get().faults().failSends(13, 1);
            assertThatThrownBy(() -> service.orders.place(new Order("refused", 5)))
                    .isInstanceOf(InvalidMessageException.class);
            listener.heard("halfMessageFailed");

            ROCKET_MQ.get().faults().dropEndTransaction(1);
            String id;
            try (MessageIds ids = MessageIds.record()) {
                service.orders.place(new Order("checked", 5));
                id = ids.single();
            }
            await().atMost(LONG).until(() -> service.status(id).equals("PUBLISHED"));
            listener.heard("checkBackAnswered");

            assertThat(service.orders.place(new Order("slow", 5))).isEqualTo("slow");
            listener.heard("callRestarted");

            await().until(() -> service.visible().size() == 3);
            assertThat(service.orders.count()).isEqualTo(3);
        }
    }

    private static OrderService service(AtomicReference<OrderService> running) {
        OrderService service = running.get();
        if (service == null) {
            throw new IllegalStateException("a message before the service runs");
        }
        return service;
    }

    /** Fault injector: throws whenever it is told something, before the others are told. */
    private record ThrowingListener(Class<? extends Throwable> thrown, Set<String> told) {

        ThrowingListener(Class<? extends Throwable> thrown) {
            this(thrown, ConcurrentHashMap.newKeySet());
        }

        Object proxy() {
            return Proxy.newProxyInstance(
                    RmqTxListener.class.getClassLoader(),
                    new Class<?>[] {RmqTxListener.class, Ordered.class},
                    (self, method, arguments) -> {
                        if (method.getDeclaringClass() == RmqTxListener.class) {
                            told.add(method.getName());
                            throw thrown.getConstructor(String.class).newInstance("a listener that throws");
                        }
                        return switch (method.getName()) {
                            case "getOrder" -> Ordered.HIGHEST_PRECEDENCE;
                            case "hashCode" -> System.identityHashCode(self);
                            case "equals" -> self == arguments[0];
                            default -> "a listener that throws";
                        };
                    });
        }

        void heard(String... events) {
            assertThat(told).contains(events);
        }
    }
}
