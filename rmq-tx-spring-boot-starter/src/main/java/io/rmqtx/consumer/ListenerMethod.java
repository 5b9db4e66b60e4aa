package io.rmqtx.consumer;

import io.rmqtx.MessageContext;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One annotated method, checked and ready to be called.
 *
 * @param name bean class and method, as texts and logs call it
 * @param tags the tags it takes; empty: all
 */
record ListenerMethod(
        String name,
        Object bean,
        Method method,
        MethodArguments arguments,
        String topic,
        String group,
        Set<String> tags,
        IdempotencyKey key,
        int maxAttempts,
        int threads,
        Set<Class<? extends Throwable>> notRetryable,
        String transactionManager) {

    boolean takes(@Nullable String tag) {
        return tags.isEmpty() || (tag != null && tags.contains(tag));
    }

    /** Whether both would be called for some message. */
    boolean overlaps(ListenerMethod other) {
        return topic.equals(other.topic)
                && (tags.isEmpty() || other.tags.isEmpty() || tags.stream().anyMatch(other.tags::contains));
    }

    /** Calls the method through its bean, so that the bean's other advice applies; throws what it threw. */
    @SuppressWarnings("ArgumentSelectionDefectChecker")
    void invoke(Object payload, MessageContext context) throws Throwable {
        try {
            method.invoke(bean, arguments.of(payload, context));
        } catch (InvocationTargetException e) {
            throw unwrapped(e.getTargetException());
        }
    }

    // A JDK proxy wraps checked exceptions that its interface does not declare.
    private static Throwable unwrapped(Throwable thrown) {
        Throwable cause = thrown instanceof UndeclaredThrowableException ? thrown.getCause() : null;
        return cause != null ? cause : thrown;
    }
}
