package io.rmqtx.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.HalfMessageTiming;
import io.rmqtx.ReliableMessage;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.serialize.SerializeAutoConfiguration;
import io.rmqtx.spi.MessageSerializer;
import java.io.InputStream;
import java.util.Arrays;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
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

    @Async
    static class AsyncMethods {

        @ReliableMessage(topic = "ORDERS")
        public void send(String order) {}
    }

    private static AnnotatedMethod read(Class<?> type, String method) {
        try (AnnotationConfigApplicationContext context =
                new AnnotationConfigApplicationContext(SerializeAutoConfiguration.class)) {
            AnnotatedMethods methods =
                    new AnnotatedMethods(text -> text, context.getBean(MessageSerializer.class), () -> null);
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

    @Test
    void whatReturnsBeforeItsWorkIsDoneIsRefused() {
        assertThatThrownBy(() -> read(Methods.class, "reactive"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll("Methods.reactive", "returns before its work is done", "Sequence");
        assertThatThrownBy(() -> read(Methods.class, "suspending"))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll("Methods.suspending", "returns before its work is done");
    }
}
