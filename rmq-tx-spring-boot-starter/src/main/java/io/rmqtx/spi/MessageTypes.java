package io.rmqtx.spi;

import io.rmqtx.MessageType;

/** The logical names of payload types. */
public final class MessageTypes {

    private MessageTypes() {}

    /** What travels in the type header: the value of {@link MessageType}, otherwise the simple class name. */
    public static String nameOf(Class<?> type) {
        MessageType named = type.getAnnotation(MessageType.class);
        if (named != null && !named.value().isBlank()) {
            return named.value();
        }
        return type.getSimpleName().isEmpty() ? type.getName() : type.getSimpleName(); // anonymous classes have none
    }
}
