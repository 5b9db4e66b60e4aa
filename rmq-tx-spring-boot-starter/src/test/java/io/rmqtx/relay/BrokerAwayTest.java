package io.rmqtx.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Business goes on while the broker is away, and nothing is lost. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class BrokerAwayTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.dedicated(broker -> {});

    @Parameter
    TestDatabaseKind kind;

    private final EmbeddedRocketMq broker = ROCKET_MQ.get();

    /** Hole 3: a broker that is away never makes a message DEAD, and all of it drains when it is back. */
    @Test
    void callsGoOnTheTableGrowsAndEverythingIsPublishedOnceWhenTheBrokerIsBack() throws Exception {
        int calls = 600;
        try (TestDatabase database = TestDatabase.of(kind);
                ShippingService service = ShippingService.start(
                        broker, database.dataSource(), app -> app.property("rmq-tx.relay.dispatch-lease", "3s")
                                .property("rmq-tx.relay.send-timeout", "500ms")
                                .property("rmq-tx.relay.max-retry-after", "1s")
                                .property("rmq-tx.relay.max-refusals", 1))) {
            service.shipments.ship("before");
            List.of("c2", "c3", "c4").forEach(service.shipments::shipNext);
            await().until(() -> service.count("PUBLISHED") == 4);
            broker.stopBroker();

            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                String id = "s" + i;
                done.add(threads.submit(() -> service.shipments.ship(id)));
                done.add(threads.submit(() -> service.shipments.shipNext("c" + id.length())));
            }
            for (Future<?> call : done) {
                call.get();
            }
            threads.shutdown();
            assertThat(service.count("PENDING")).isEqualTo(2 * calls);
            // It tries again and again meanwhile, as the relay and from memory.
            await().atMost(LONG)
                    .until(() -> service.events.publishFailures.size() > 5
                            && service.jdbc()
                                            .queryForList("SELECT 1 FROM rmq_tx_message WHERE last_error IS NOT NULL")
                                            .size()
                                    > 1);
            assertThat(service.count("DEAD")).isZero();

            broker.startBroker();

            await().atMost(LONG).until(() -> service.count("PUBLISHED") == 2 * calls + 4);
            assertThat(service.texts())
                    .hasSize(2 * calls + 4)
                    .doesNotHaveDuplicates()
                    .containsAll(IntStream.range(0, calls)
                            .mapToObj(i -> "shipped s" + i)
                            .toList());
            for (String customer : List.of("c2", "c3", "c4")) {
                List<String> ofCustomer = service.texts().stream()
                        .filter(text -> text.startsWith(customer + ":"))
                        .toList();
                assertThat(ofCustomer)
                        .isEqualTo(IntStream.rangeClosed(1, ofCustomer.size())
                                .mapToObj(i -> customer + ":" + i)
                                .toList());
            }
        }
    }

    @Test
    void ofMoreThanFitsIntoMemoryTheRestIsPublishedFromTheTable() {
        try (TestDatabase database = TestDatabase.of(kind);
                ShippingService service = ShippingService.start(
                        broker, database.dataSource(), app -> app.property("rmq-tx.relay.queue-messages", 20)
                                .property("rmq-tx.relay.dispatch-lease", "5s")
                                .property("rmq-tx.relay.send-timeout", "1s"))) {
            broker.stopBroker();
            IntStream.range(0, 100).forEach(i -> service.shipments.ship("s" + i));
            assertThat(service.events.overflowed).isNotEmpty();
            broker.startBroker();

            await().atMost(LONG).until(() -> service.count("PUBLISHED") == 100);
            assertThat(service.texts()).hasSize(100).doesNotHaveDuplicates();
        }
    }
}
