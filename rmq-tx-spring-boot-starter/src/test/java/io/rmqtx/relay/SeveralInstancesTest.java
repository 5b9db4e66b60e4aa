package io.rmqtx.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.MessageIdGenerator;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Any number of instances share one table, and no row is sent twice. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class SeveralInstancesTest {

    private static final int ROWS = Boolean.getBoolean("rmqtx.test.full") ? 10_000 : 2_000;

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Parameter
    TestDatabaseKind kind;

    /** The ids of a process whose clock is wrong. */
    private static MessageIdGenerator clockOff(Duration by) {
        return () -> new MessageId(UUID.randomUUID().toString(), Instant.now().plus(by));
    }

    @Test
    void fourInstancesPublishEachRowOnceWhateverTheirClocksSay() {
        EmbeddedRocketMq broker = ROCKET_MQ.get();
        String topic = ShippingService.newTopic(broker);
        List<ShippingService> instances = new ArrayList<>();
        try (TestDatabase database = TestDatabase.of(kind)) {
            for (int i = 0; i < 4; i++) {
                Duration off = Duration.ofMinutes(i == 0 ? 10 : i == 1 ? -10 : 0);
                instances.add(ShippingService.instance(broker, topic, database.newPool(pool -> {}), app -> app.property(
                                "rmq-tx.relay.claim-messages", 100)
                        .singleton("clock", clockOff(off))));
            }
            try (ShippingService writer = ShippingService.instance(
                    broker, topic, database.newPool(pool -> {}), app -> app.property("rmq-tx.relay.enabled", false))) {
                for (int from = 0; from < ROWS; from += 250) {
                    int first = from;
                    writer.shipments.sendAll(IntStream.range(first, first + 250)
                            .mapToObj(i -> writer.shipments.message("text " + i))
                            .toList());
                    // Those with a wrong clock send new messages, too.
                    instances.get(0).shipments.ship("fast" + first);
                    instances.get(1).shipments.ship("slow" + first);
                }
            }
            int all = ROWS + ROWS / 125;

            await().atMost(Duration.ofSeconds(90)).until(() -> instances.get(0).count("PUBLISHED") == all);
            assertThat(instances.get(0).texts()).hasSize(all).doesNotHaveDuplicates();
        } finally {
            instances.forEach(ShippingService::close);
        }
    }
}
