package io.rmqtx.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the event is, and whatever a listener throws, the others are told, and the caller notices nothing. */
class RmqTxListenersTest {

    static Stream<Method> events() {
        return Arrays.stream(RmqTxListener.class.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()));
    }

    @ParameterizedTest
    @MethodSource("events")
    void everyEventReachesAllThoughSomeThrow(Method event) {
        List<String> told = new ArrayList<>();
        RmqTxListener all = new RmqTxListeners(List.of(
                listener(() -> {
                    throw new IllegalStateException("throws");
                }),
                listener(() -> told.add("second")),
                listener(() -> {
                    throw new NoClassDefFoundError("throws");
                }),
                listener(() -> told.add("fourth"))));

        assertThatCode(() -> event.invoke(all, arguments(event))).doesNotThrowAnyException();

        assertThat(told).containsExactly("second", "fourth");
    }

    private static RmqTxListener listener(Runnable reaction) {
        return (RmqTxListener) Proxy.newProxyInstance(
                RmqTxListener.class.getClassLoader(),
                new Class<?>[] {RmqTxListener.class},
                (self, method, arguments) -> {
                    if (method.getDeclaringClass() == RmqTxListener.class) {
                        reaction.run();
                    }
                    return null;
                });
    }

    /** Nobody looks at them. */
    private static @Nullable Object[] arguments(Method event) {
        return new @Nullable Object[event.getParameterCount()];
    }
}
