package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabase;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A message that is itself wrong is refused before anything has happened, and says why. */
public class BadInputTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private TestDatabase database;
    private OrderService service;

    @BeforeEach
    void start() {
        database = TestDatabase.h2();
        service = OrderService.start(
                ROCKET_MQ.get(),
                database.dataSource(),
                app -> app.property("rmq-tx.transport.max-message-size", "1KB"));
    }

    @AfterEach
    void stop() {
        assertThat(service.orders.count()).isZero();
        assertThat(service.rows()).isZero();
        assertThat(service.visible()).isEmpty();
        assertThat(ROCKET_MQ.get().faults().seenHalfSends()).isZero();
        service.close();
        database.close();
    }

    public static final class Loop {
        public Loop getSelf() {
            return this;
        }
    }

    @Test
    void aPayloadAboveTheLimitIsRefusedWithTheLimitAndTheWayOut() {
        assertThatThrownBy(() -> service.orders.send("x".repeat(2000)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("2000 bytes")
                .hasMessageContaining("1024")
                .hasMessageContaining("rmq-tx.transport.max-message-size");
    }

    @Test
    void aPayloadAboveTheLimitIsRefusedBeforeTheMethodRunsAlsoInAnOuterTransaction() {
        AtomicInteger runs = new AtomicInteger();
        service.orders.setBusiness(runs::incrementAndGet);
        assertThatThrownBy(() ->
                        service.transaction().executeWithoutResult(outer -> service.orders.send("x".repeat(2000))))
                .isInstanceOf(InvalidMessageException.class);
        assertThat(runs).hasValue(0);
    }

    @Test
    void aPayloadThatCannotBeSerialisedIsRefusedWithItsType() {
        assertThatThrownBy(() -> service.orders.send(new Loop()))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("Loop");
    }

    @Test
    void aNullPayloadIsRefused() {
        assertThatThrownBy(() -> service.orders.send(null))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("Orders.send()")
                .hasMessageContaining("null");
    }

    @Test
    void anEmptyPayloadIsRefused() {
        assertThatThrownBy(() -> service.orders.send(""))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("empty body");
    }

    @Test
    void aNullKeyIsRefused() {
        assertThatThrownBy(() -> service.orders.placeWithKey(new Order("o1", 5), null))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("key of @ReliableMessage on Orders.placeWithKey()")
                .hasMessageContaining("null or empty");
    }

    @Test
    void aKeyWithWhiteSpaceIsRefused() {
        assertThatThrownBy(() -> service.orders.placeWithKey(new Order("o1", 5), "two words"))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("white space");
    }

    @Test
    void anExpressionThatFailsIsRefusedWithItsText() {
        assertThatThrownBy(() -> service.orders.place(null))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("payload");
    }

    @Test
    void aBrokerWithALowerLimitRefusesAndNothingIsWritten() {
        ROCKET_MQ.get().faults().failSends(13, 1);
        assertThatThrownBy(() -> service.orders.place(new Order("o1", 5)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("refused by the broker")
                .hasMessageContaining("maxMessageSize");
        await().until(() -> service.events.halfFailures.size() == 1);
        ROCKET_MQ.get().faults().reset();
    }
}
