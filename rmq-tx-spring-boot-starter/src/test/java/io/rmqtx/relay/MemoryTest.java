package io.rmqtx.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabase;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever is committed and cannot be sent, only so much of it is in memory. */
class MemoryTest {

    private static final int MEBIBYTE = 1 << 20;

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.dedicated(broker -> {});

    @Test
    void withDefaultSettingsAnOverloadTakesLessThan32MiB() {
        EmbeddedRocketMq broker = ROCKET_MQ.get();
        byte[] body = new byte[64 * 1024];
        try (TestDatabase database = TestDatabase.mariaDb();
                ShippingService service = ShippingService.start(broker, database.dataSource(), app -> app)) {
            service.shipments.sendAll(List.of(service.shipments.message(body)));
            await().until(() -> service.visible().size() == 1);
            broker.stopBroker();
            long before = usedAfterCollection();

            for (int i = 0; i < 60; i++) {
                service.shipments.sendAll(IntStream.range(0, 20)
                        .mapToObj(n -> service.shipments.message(body))
                        .toList());
            }

            assertThat(service.count("PENDING")).isEqualTo(1200); // 75 MiB of them
            assertThat(service.events.overflowed.size()).isPositive();
            assertThat(usedAfterCollection() - before).isLessThan(32 * MEBIBYTE);
            broker.startBroker();
            await().atMost(Duration.ofSeconds(90)).until(() -> service.count("PUBLISHED") == 1201);
        }
    }

    @SuppressWarnings("CallsToSystemGc")
    private static long usedAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
