package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.ClusterRequirements;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.MessageIdGenerator;
import io.rmqtx.spi.MessageSerializer;
import io.rmqtx.spi.RocketMqClientCustomizer;
import io.rmqtx.testing.TestDatabase;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a service defines itself takes the place of ours. */
class UsersBeansTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    /** Writes payloads as their text. */
    private static final class TextSerializer implements MessageSerializer {
        @Override
        public byte[] serialize(Object payload) {
            return ("text of " + payload).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Object deserialize(byte[] body, Type type) {
            return new String(body, StandardCharsets.UTF_8);
        }

        @Override
        public String contentType() {
            return "text/plain";
        }
    }

    @Test
    void serializerIdGeneratorAndClientSettingsAreReplaceable() {
        AtomicInteger number = new AtomicInteger();
        String prefix = "own-" + System.nanoTime() + "-";
        MessageIdGenerator ids = () -> new MessageId(prefix + number.incrementAndGet(), Instant.now());
        Set<String> customized = ConcurrentHashMap.newKeySet();
        RocketMqClientCustomizer customizer =
                client -> customized.add(client.getClass().getSimpleName());
        try (TestDatabase database = TestDatabase.h2();
                OrderService service =
                        OrderService.start(ROCKET_MQ.get(), database.dataSource(), app -> app.singleton("ids", ids)
                                .singleton("serializer", new TextSerializer())
                                .singleton("customizer", customizer))) {
            service.orders.place(new Order("o1", 5));

            await().until(() -> service.visible().size() == 1);
            assertThat(service.visible().get(0).bodyAsString()).isEqualTo("text of Order[id=o1, amount=5]");
            assertThat(service.visible().get(0).property("rmqtx_id")).isEqualTo(prefix + 1);
            assertThat(service.visible().get(0).property("rmqtx_content_type")).isEqualTo("text/plain");
            assertThat(service.context.getBean(ClusterRequirements.class).text())
                    .contains(service.topic);
            assertThat(customized).as("what it casts to").containsExactly("DefaultMQProducer");
        }
    }
}
