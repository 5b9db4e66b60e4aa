package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.HalfMessageTiming;
import io.rmqtx.ReliableMessage;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.serialize.SerializeAutoConfiguration;
import io.rmqtx.spi.MessageSerializer;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.scheduling.annotation.Async;

/** P7: what the annotation of a method alone can have wrong. */
class AnnotatedMethodsTest {

    /** What a reactive library returns: something that publishes. */
    public abstract static class Sequence implements Publisher<String> {}

    static class Methods {

        @ReliableMessage(topic = "ORDERS", half = HalfMessageTiming.EARLY, payload = "#result")
        public String earlyWithResult(String order) {
            return order;
        }

        @ReliableMessage(topic = "ORDERS", half = HalfMessageTiming.LATE, payload = "#result")
        public void lateWithoutResult(String order) {}

        @ReliableMessage(topic = "ORDERS", half = HalfMessageTiming.LATE, payload = "#result")
        public String lateWithResult(String order) {
            return order;
        }

        @ReliableMessage(topic = "ORDERS", half = HalfMessageTiming.LATE)
        public String late(String order) {
            return order;
        }

        @ReliableMessage(topic = "ORDERS")
        @ReliableMessage(topic = "AUDIT", half = HalfMessageTiming.LATE, payload = "#result")
        public String twoTimes(String order) {
            return order;
        }

        @ReliableMessage(topic = "ORDERS", half = HalfMessageTiming.LATE, payload = "#result")
        public InputStream unwritableResult(String order) {
            return InputStream.nullInputStream();
        }

        @ReliableMessage(topic = "ORDERS", payload = "#content")
        public void unwritableArgument(String order, InputStream content) {}

        @ReliableMessage(topic = "ORDERS", payload = "#result")
        public void argumentNamedResult(String result) {}

        @Async
        @ReliableMessage(topic = "ORDERS")
        public void async(String order) {}

        @ReliableMessage(topic = "ORDERS")
        public @Nullable Sequence reactive(String order) {
            return null;
        }

        /** A suspend function as the Kotlin compiler writes it. */
        @ReliableMessage(topic = "ORDERS", payload = "#order")
        public @Nullable Object suspending(String order, Continuation<Object> continuation) {
            return null;
        }
    }

    /** Expressions that parse, and fail at every call. */
    static class Refused {

        @ReliableMessage(topic = "ORDERS", key = "#of(#order)")
        public void functionCall(String order) {}

        @ReliableMessage(topic = "ORDERS", key = "'o' + order")
        public void bareNameInside(String order) {}

        @ReliableMessage(topic = "ORDERS", key = "#order.concat(order)")
        public void bareNameAsArgument(String order) {}

        @ReliableMessage(topic = "ORDERS", key = "@nobody.of(#order)")
        public void unknownBean(String order) {}

        @ReliableMessage(topic = "ORDERS", key = "T(no.such.Type).of(#order)")
        public void unknownType(String order) {}

        @ReliableMessage(topic = "ORDERS", key = "new no.such.Type(#order).name")
        public void unknownConstructor(String order) {}

        @ReliableMessage(topic = "ORDERS", key = "#order = 'x'")
        public void assignment(String order) {}

        @ReliableMessage(topic = "ORDERS", tag = "'A|B'")
        public void literalTag(String order) {}

        @ReliableMessage(topic = "ORDERS", key = "'a b'")
        public void literalKey(String order) {}

        @ReliableMessage(topic = "ORDERS", condition = "'yes'")
        public void literalCondition(String order) {}
    }

    /** Expressions that look like some of those. */
    static class Accepted {

        @ReliableMessage(topic = "ORDERS", payload = "{id: #order, all: {#order}}", key = "@rates.of(#order)")
        public void mapsListsAndBeans(String order) {}

        @ReliableMessage(topic = "ORDERS", payload = "#orders.?[length() > 1].![bytes]", key = "#orders[0].toString()")
        public void elements(List<String> orders) {}

        @ReliableMessage(
                topic = "ORDERS",
                payload = "#order[id]",
                key = "target.toString() + method.name + #root.args[0]")
        public void rootAndBareIndex(Map<String, String> order) {}

        @ReliableMessage(topic = "ORDERS", key = "T(java.util.UUID).randomUUID() + new String('x')", condition = "true")
        public void types(String order) {}
    }

    @Async
    static class AsyncMethods {

        @ReliableMessage(topic = "ORDERS")
        public void send(String order) {}
    }

    private static AnnotatedMethod read(Class<?> type, String method) {
        try (AnnotationConfigApplicationContext context =
                new AnnotationConfigApplicationContext(SerializeAutoConfiguration.class)) {
            AnnotatedMethods methods = new AnnotatedMethods(
                    text -> text, context.getBean(MessageSerializer.class), () -> null, "rates"::equals);
            return methods.get(
                    Arrays.stream(type.getDeclaredMethods())
                            .filter(candidate -> candidate.getName().equals(method))
                            .findFirst()
                            .orElseThrow(),
                    type);
        }
    }

    @Test
    void theResultIsNotKnownWhenTheHalfIsSentEarly() {
        assertThatThrownBy(() -> read(Methods.class, "earlyWithResult"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining("#result")
                .hasMessageContaining("before the method has a result")
                .satisfies(e ->
                        assertThat(((RmqTxConfigurationException) e).action()).contains("half = LATE"));
    }

    @Test
    void aMethodThatReturnsNothingHasNoResult() {
        assertThatThrownBy(() -> read(Methods.class, "lateWithoutResult"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining("returns nothing");
    }

    @Test
    void theResultIsKnownWhenTheHalfIsSentLate() {
        assertThat(read(Methods.class, "lateWithResult").settings().needsResult())
                .isTrue();
        assertThat(read(Methods.class, "late").settings().needsResult()).isFalse();
        assertThat(read(Methods.class, "argumentNamedResult").settings().needsResult())
                .isFalse();
    }

    @Test
    void halfMessagesOfOneMethodAreSentAtOneTime() {
        assertThatThrownBy(() -> read(Methods.class, "twoTimes"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining("[AUTO, LATE]");
    }

    @Test
    void aPayloadThatIsAnArgumentOrTheResultMustBeWritable() {
        for (String method : new String[] {"unwritableResult", "unwritableArgument"}) {
            assertThatThrownBy(() -> read(Methods.class, method))
                    .as(method)
                    .isInstanceOf(RmqTxConfigurationException.class)
                    .hasMessageContaining("InputStream");
        }
    }

    @Test
    void anAsynchronousMethodIsRefused() {
        assertThatThrownBy(() -> read(Methods.class, "async"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining("@Async");
        assertThatThrownBy(() -> read(AsyncMethods.class, "send"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining("@Async");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "functionCall;function '#of(#order)'",
                "bareNameInside;bare name 'order'",
                "bareNameAsArgument;bare name 'order'",
                "unknownBean;bean '@nobody'",
                "unknownType;no.such.Type",
                "unknownConstructor;no.such.Type",
                "assignment;sets a variable",
                "literalTag;contains '|'",
                "literalKey;white space",
                "literalCondition;neither true nor false"
            })
    void anExpressionThatFailsAtEveryCallIsRefused(String method, String text) {
        assertThatThrownBy(() -> read(Refused.class, method))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining(text)
                .hasMessageContaining("Refused." + method + "()");
    }

    @Test
    void anExpressionThatMayWorkIsAccepted() {
        for (Method method : Accepted.class.getDeclaredMethods()) {
            assertThat(read(Accepted.class, method.getName()).messages()).hasSize(1);
        }
    }

    @Test
    void whatReturnsBeforeItsWorkIsDoneIsRefused() {
        assertThatThrownBy(() -> read(Methods.class, "reactive"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll("Methods.reactive", "must have done its work when it returns", "Sequence");
        assertThatThrownBy(() -> read(Methods.class, "suspending"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll("Methods.suspending", "must have done its work when it returns", "suspend");
    }
}
