package io.rmqtx.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.DeadLetter;
import io.rmqtx.ReliableListener;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestDatabase;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.core.annotation.AliasFor;

/** Several listeners of one group. */
class SharedGroupTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKETMQ = EmbeddedRocketMqExtension.shared();

    @Test
    void listenersOfAGroupShareOneConsumerAndEachGetsItsTopicAndTags() throws Exception {
        ROCKETMQ.get().createTopic("shared-a", 2);
        ROCKETMQ.get().createTopic("shared-b", 2);
        ROCKETMQ.get().createConsumerGroup("shared-group");
        List<DefaultMQPushConsumer> clients = new CopyOnWriteArrayList<>();
        SharedListener listener = new SharedListener();
        try (TestDatabase database = TestDatabase.h2();
                Sender sender = new Sender(ROCKETMQ.nameServerAddress());
                ConsumerApp app = new ConsumerApp(database, ROCKETMQ.nameServerAddress())
                        .clients(clients::add)
                        .bean(listener)) {
            // Published before the group's first start: not lost to it.
            sender.send(new Message("shared-a", "X", bytes("1")));
            sender.send(new Message("shared-a", "Y", bytes("2")));
            sender.send(new Message("shared-a", "Z", bytes("3")));
            sender.send(new Message("shared-a", "Nobody", bytes("4")));
            sender.send(new Message("shared-b", bytes("5")));
            app.start();
            await().atMost(LONG).until(() -> listener.seen.size() == 4);
            assertThat(listener.seen).containsExactlyInAnyOrder("x:1", "yz:2", "yz:3", "b:5");
            // One that was made to see whether it can be made, and one that runs.
            assertThat(clients)
                    .filteredOn(client -> client.getMessageListener() != null)
                    .hasSize(1);

            // What comes past the tag filter, into the retry topic, and nobody takes.
            Message stray = new Message("%RETRY%shared-group", "Nobody", bytes("6"));
            MessageAccessor.putProperty(stray, "RETRY_TOPIC", "shared-a");
            sender.send(stray);
            await().atMost(LONG).until(() -> app.events.deadLetters.size() == 1);
            assertThat(app.events.deadLetters.get(0).reason()).isEqualTo(DeadLetter.Reason.UNREADABLE);
            assertThat(app.events.deadLetters.get(0).cause())
                    .hasMessageContaining(
                            "No listener of group 'shared-group' takes topic 'shared-a' with tag 'Nobody'");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @ReliableListener(topic = "shared-a", group = "shared-group")
    @interface FromA {
        @AliasFor(annotation = ReliableListener.class)
        String tags();
    }

    static class SharedListener {

        final List<String> seen = new CopyOnWriteArrayList<>();

        @FromA(tags = "X")
        void x(String body) {
            seen.add("x:" + body);
        }

        @FromA(tags = "Y || Z")
        void yOrZ(byte[] body) {
            seen.add("yz:" + new String(body, StandardCharsets.UTF_8));
        }

        @ReliableListener(topic = "shared-b", group = "shared-group")
        void b(String body) {
            seen.add("b:" + body);
        }
    }
}
