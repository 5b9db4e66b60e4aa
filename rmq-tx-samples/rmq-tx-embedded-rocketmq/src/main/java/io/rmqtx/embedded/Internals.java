package io.rmqtx.embedded;

import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/** Private fields of RocketMQ 5.5.0, where there is no other way. */
final class Internals {

    private Internals() {}

    static @Nullable Object get(Class<?> owner, String name, Object of) {
        try {
            return field(owner, name).get(of);
        } catch (ReflectiveOperationException e) {
            throw unsupported(owner, name, e);
        }
    }

    static void set(Class<?> owner, String name, Object of, @Nullable Object value) {
        try {
            field(owner, name).set(of, value);
        } catch (ReflectiveOperationException e) {
            throw unsupported(owner, name, e);
        }
    }

    private static Field field(Class<?> owner, String name) throws NoSuchFieldException {
        Field field = owner.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static EmbeddedRocketMqException unsupported(Class<?> owner, String name, Exception cause) {
        return new EmbeddedRocketMqException(
                "this version of RocketMQ is not supported: " + owner.getName() + " has no field '" + name
                        + "'; put rocketmq-broker 5.5.0 on the class path",
                cause);
    }
}
