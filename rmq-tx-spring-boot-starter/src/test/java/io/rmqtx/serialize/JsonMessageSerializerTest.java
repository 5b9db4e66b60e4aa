package io.rmqtx.serialize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.InvalidMessageException;
import io.rmqtx.MessageType;
import io.rmqtx.spi.MessageTypes;
import io.rmqtx.spi.UnreadableMessageException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ParameterizedTypeReference;

final class JsonMessageSerializerTest {

    private final JsonMessageSerializer serializer = new JsonMessageSerializer();

    private String json(Object payload) {
        return new String(serializer.serialize(payload), UTF_8);
    }

    @Test
    void writesDatesAsIsoTextsAndReadsThemBack() {
        Order order =
                new Order(7, new BigDecimal("12.50"), Instant.parse("2026-11-21T10:15:30Z"), Duration.ofMinutes(5));

        assertThat(json(order))
                .isEqualTo("{\"id\":7,\"total\":12.50,\"at\":\"2026-11-21T10:15:30Z\",\"within\":\"PT5M\"}");
        assertThat(serializer.deserialize(serializer.serialize(order), Order.class))
                .isEqualTo(order);
    }

    @Test
    void readsGenericTypesAndIgnoresUnknownProperties() {
        Object read = serializer.deserialize(
                "[{\"id\":1,\"new\":true}]".getBytes(UTF_8),
                new ParameterizedTypeReference<List<Order>>() {}.getType());

        assertThat(read).isEqualTo(List.of(new Order(1, null, null, null)));
    }

    @Test
    void textsAndBytesPassUnchanged() {
        byte[] bytes = {0, -1, 2};

        assertThat(serializer.serialize(bytes)).isSameAs(bytes);
        assertThat(serializer.deserialize(bytes, byte[].class)).isSameAs(bytes);
        assertThat(json("\u00e4{")).isEqualTo("\u00e4{");
        assertThat(serializer.deserialize("\u00e4{".getBytes(UTF_8), String.class))
                .isEqualTo("\u00e4{");
    }

    @Test
    void aBodyNeverChoosesAClass() {
        Object read = serializer.deserialize(
                "[\"java.util.Date\",{\"@class\":\"java.util.Date\"}]".getBytes(UTF_8), Object.class);

        assertThat(read).isEqualTo(List.of("java.util.Date", Map.of("@class", "java.util.Date")));
    }

    @Test
    void namesThePropertyThatCannotBeWritten() {
        assertThatThrownBy(() -> serializer.serialize(Map.of("outer", new Failing())))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContaining("broken");
        assertThatThrownBy(() -> serializer.serialize(new Failing()))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll(Failing.class.getName(), "'broken'");
    }

    @Test
    void aCycleIsNamedBriefly() {
        assertThatThrownBy(() -> serializer.serialize(new Cyclic()))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessageContainingAll(Cyclic.class.getName(), "next.next")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "null", "{", "{} {}", "{\"id\":\"secret\"}", "[]", "secret", "{\"id\":1,\"at\":\"secret\"}"})
    void refusesWhatDoesNotFitWithoutQuotingIt(String body) {
        assertThatThrownBy(() -> serializer.deserialize(body.getBytes(UTF_8), Order.class))
                .isInstanceOf(UnreadableMessageException.class)
                .hasMessageContaining(Order.class.getName())
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void saysWhereABodyDoesNotFit() {
        assertThatThrownBy(() -> serializer.deserialize("{\n\"at\":\"x\"}".getBytes(UTF_8), Order.class))
                .hasMessageContainingAll("'at'", "line 2");
        assertThatThrownBy(() -> serializer.deserialize(
                        "{\"secret\":{\"id\":\"x\"}}".getBytes(UTF_8),
                        new ParameterizedTypeReference<Map<String, Order>>() {}.getType()))
                .hasMessageContaining("'*.id'");
    }

    @Test
    void refusesABodyThatIsNestedTooDeeply() {
        assertThatThrownBy(() -> serializer.deserialize("[".repeat(100_000).getBytes(UTF_8), Object.class))
                .isInstanceOf(UnreadableMessageException.class);
    }

    @Test
    void refusesTypesThatCertainlyCannotBeWritten() {
        for (Class<?> type : List.of(
                Nothing.class, InputStream.class, Optional.class, void.class, Contradicting.class, Thread.class)) {
            assertThatThrownBy(() -> serializer.checkWritable(type))
                    .as("%s", type)
                    .isInstanceOf(InvalidMessageException.class)
                    .hasMessageContaining(type.getTypeName());
        }
    }

    @Test
    void letsPassWhatMayBeWritable() {
        for (Class<?> type : List.of(
                Order.class,
                Object.class,
                Open.class,
                String.class,
                byte[].class,
                Map.class,
                long.class,
                Runnable.class)) {
            assertThatCode(() -> serializer.checkWritable(type)).as("%s", type).doesNotThrowAnyException();
        }
    }

    @Test
    void aTypesNameIsItsLogicalOneOrTheSimpleOne() {
        assertThat(MessageTypes.nameOf(Named.class)).isEqualTo("order-created.v1");
        assertThat(MessageTypes.nameOf(Order.class)).isEqualTo("Order");
    }

    record Order(long id, BigDecimal total, Instant at, Duration within) {}

    @MessageType("order-created.v1")
    record Named() {}

    static final class Nothing {}

    static class Open {}

    static final class Cyclic {

        public Cyclic getNext() {
            return new Cyclic();
        }
    }

    static final class Failing {

        public String getBroken() {
            return Optional.<String>empty().orElseThrow();
        }
    }

    static final class Contradicting {

        public String getName() {
            return "";
        }

        @com.fasterxml.jackson.annotation.JsonProperty("name")
        public String first() {
            return "";
        }

        @com.fasterxml.jackson.annotation.JsonProperty("name")
        public String second() {
            return "";
        }
    }
}
