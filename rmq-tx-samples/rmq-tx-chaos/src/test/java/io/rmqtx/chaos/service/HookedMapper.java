package io.rmqtx.chaos.service;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** A mapper of the business, with a point before or after one of its methods. */
record HookedMapper(
        Object real,
        String method,
        @Nullable CrashPoint before,
        @Nullable CrashPoint after) implements InvocationHandler {

    static Object of(
            Class<?> mapper, Object real, String method, @Nullable CrashPoint before, @Nullable CrashPoint after) {
        return Proxy.newProxyInstance(
                mapper.getClassLoader(), new Class<?>[] {mapper}, new HookedMapper(real, method, before, after));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method called, Object @Nullable [] arguments) throws Throwable {
        boolean hooked = called.getName().equals(method);
        if (hooked && before != null) {
            Hooks.at(before);
        }
        Object result;
        try {
            result = called.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (hooked && after != null) {
            Hooks.at(after);
        }
        return result;
    }
}
