package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.HalfMessageTiming;
import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageMode;
import io.rmqtx.NewMessage;
import io.rmqtx.ReliableMessage;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.serialize.SerializeAutoConfiguration;
import io.rmqtx.spi.DeliveryTime;
import io.rmqtx.spi.MessageSerializer;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** What annotations and templates may ask of mode OUTBOX, and only of it. */
class OutboxAttributesTest {

    static class Refused {

        @ReliableMessage(topic = "ORDERS", orderKey = "#order")
        public void orderedTransactional(String order) {}

        @ReliableMessage(topic = "ORDERS", delay = "30m")
        public void delayedTransactional(String order) {}

        @ReliableMessage(topic = "ORDERS", deliverAt = "#at", payload = "#at")
        public void timedTransactional(Instant at) {}

        @ReliableMessage(topic = "ORDERS", mode = MessageMode.OUTBOX, orderKey = "#order", delay = "1s")
        public void orderedAndDelayed(String order) {}

        @ReliableMessage(topic = "ORDERS", mode = MessageMode.OUTBOX, delay = "1s", deliverAt = "#at")
        public void delayedTwice(Instant at) {}

        @ReliableMessage(topic = "ORDERS", mode = MessageMode.OUTBOX, delay = "soon")
        public void noDelay(String order) {}

        @ReliableMessage(topic = "ORDERS", mode = MessageMode.OUTBOX, delay = "-1s")
        public void negativeDelay(String order) {}

        @ReliableMessage(topic = "ORDERS", mode = MessageMode.OUTBOX, half = HalfMessageTiming.EARLY)
        public void halfOfOutbox(String order) {}

        @ReliableMessage(topic = "ORDERS", mode = MessageMode.OUTBOX)
        @ReliableMessage(topic = "AUDIT")
        public void twoModes(String order) {}

        @ReliableMessage(topic = "ORDERS", mode = MessageMode.OUTBOX, orderKey = "'white space'")
        public void illegalOrderKey(String order) {}

        @ReliableMessage(topic = "ORDERS", payload = "#result")
        public String resultTransactional(String order) {
            return order;
        }
    }

    static class Accepted {

        @ReliableMessage(
                topic = "ORDERS",
                mode = MessageMode.OUTBOX,
                orderKey = "#result",
                payload = "#result",
                condition = "#result != null")
        public String ordered(String order) {
            return order;
        }

        @ReliableMessage(topic = "ORDERS", mode = MessageMode.OUTBOX, delay = "30m")
        public void delayed(String order) {}
    }

    private static AnnotatedMethod read(Class<?> type, String name) {
        Method method = Arrays.stream(type.getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals(name))
                .findFirst()
                .orElseThrow();
        try (AnnotationConfigApplicationContext context =
                new AnnotationConfigApplicationContext(SerializeAutoConfiguration.class)) {
            MessageSerializer serializer = context.getBean(MessageSerializer.class);
            return new AnnotatedMethods(text -> text, serializer, () -> null, bean -> false).get(method, type);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "orderedTransactional;orderKey;mode = OUTBOX",
                "delayedTransactional;delay;mode = OUTBOX",
                "timedTransactional;delay;mode = OUTBOX",
                "orderedAndDelayed;order;Remove",
                "delayedTwice;delay;Remove",
                "noDelay;\"soon\";duration",
                "negativeDelay;\"-1s\";duration",
                "halfOfOutbox;half = EARLY;Remove",
                "twoModes;different values of mode;same mode",
                "illegalOrderKey;orderKey;orderKey",
                "resultTransactional;#result;mode = OUTBOX"
            })
    void whatCannotBeKeptIsRefusedAndTheWayOutIsNamed(String method, String text, String action) {
        assertThatThrownBy(() -> read(Refused.class, method))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining(text)
                .hasMessageContaining("Refused." + method + "()")
                .satisfies(e ->
                        assertThat(((RmqTxConfigurationException) e).action()).contains(action));
    }

    @Test
    void theResultMayBeUsedInEveryExpression() {
        AnnotatedMethod method = read(Accepted.class, "ordered");
        assertThat(method.settings().isOutbox()).isTrue();
        assertThat(method.settings().isLate()).isTrue();
        assertThat(method.settings().needsResult()).isTrue();
        assertThat(read(Accepted.class, "delayed").messages().get(0).delay()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void onlyPointsInTimeAreTimesOfDelivery() {
        Instant now = Instant.now();
        assertThat(DeliveryAttributes.instant(now)).isEqualTo(now);
        assertThat(DeliveryAttributes.instant(OffsetDateTime.parse("2026-01-01T00:00:00+02:00")))
                .isEqualTo("2025-12-31T22:00:00Z");
        assertThat(DeliveryAttributes.instant(LocalDateTime.of(2026, 1, 1, 0, 0)))
                .isNull();
        assertThat(DeliveryAttributes.instant(null)).isNull();
    }

    @Test
    void aDelayIsBounded() {
        assertThatThrownBy(() -> NewMessage.of("T", "x").withDelay(Duration.ofSeconds(-1)))
                .isInstanceOf(InvalidMessageException.class);
        assertThatThrownBy(() -> NewMessage.of("T", "x").withDelay(Duration.ofDays(4000)))
                .isInstanceOf(InvalidMessageException.class);
        assertThat(DeliveryTime.at(Instant.EPOCH).isFarAway()).isFalse();
        assertThat(DeliveryTime.after(Duration.ofHours(13)).isFarAway()).isTrue();
    }
}
