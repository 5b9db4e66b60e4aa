package io.rmqtx.producer;

import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.HalfMessageTransport.HalfMessage;
import io.rmqtx.spi.HalfMessageTransport.Visibility;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Fault injectors between the producer and the real transport. */
final class TransportFaults {

    private TransportFaults() {}

    /** Every half message is stored twice, as by a client that sends again after a lost answer; the second one counts. */
    static BeanPostProcessor everyHalfTwice() {
        return around((real, method, arguments) -> {
            if (method.getName().equals("sendHalf")) {
                call(real, method, arguments);
            }
            return call(real, method, arguments);
        });
    }

    /** The protection is off: a check-back is told that nothing is visible yet. */
    static BeanPostProcessor nothingIsVisible() {
        return around((real, method, arguments) ->
                method.getName().equals("visible") ? Visibility.NOT_VISIBLE : call(real, method, arguments));
    }

    /** No fault: the half messages, with the places that the broker named, are written down. */
    static BeanPostProcessor recordingHalves(List<HalfMessage> halves) {
        return around((real, method, arguments) -> {
            Object answer = call(real, method, arguments);
            if (answer instanceof HalfMessage half) {
                halves.add(half);
            }
            return answer;
        });
    }

    private interface Fault {
        Object instead(HalfMessageTransport real, Method method, Object[] arguments) throws Throwable;
    }

    private static BeanPostProcessor around(Fault fault) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof HalfMessageTransport real
                        ? Proxy.newProxyInstance(
                                HalfMessageTransport.class.getClassLoader(),
                                new Class<?>[] {HalfMessageTransport.class},
                                (self, method, arguments) -> fault.instead(real, method, arguments))
                        : bean;
            }
        };
    }

    private static Object call(HalfMessageTransport real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
