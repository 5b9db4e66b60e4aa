package io.rmqtx.method;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/** Tells methods that have done their work when they return from those that have not. */
public final class SynchronousMethods {

    private static final Set<String> ASYNCHRONOUS = Set.of(
            "java.util.concurrent.Future",
            "java.util.concurrent.CompletionStage",
            "java.util.concurrent.Flow$Publisher",
            "org.reactivestreams.Publisher");

    private static final String ASYNC = "org.springframework.scheduling.annotation.Async";

    private static final String COROUTINE = "kotlin.coroutines.Continuation";

    private SynchronousMethods() {}

    /** Why a method may return before its work is done; empty if it does not. */
    public static String whyNot(Method method) {
        if (isAsync(method)) {
            return "is @Async";
        }
        Class<?> result = method.getReturnType();
        if (ASYNCHRONOUS.contains(result.getName())
                || ClassUtils.getAllInterfacesForClassAsSet(result).stream()
                        .anyMatch(implemented -> ASYNCHRONOUS.contains(implemented.getName()))) {
            return "returns " + result.getName();
        }
        return Arrays.stream(method.getParameterTypes())
                        .anyMatch(type -> type.getName().equals(COROUTINE))
                ? "is a suspend function"
                : "";
    }

    /** Whether the caller goes on while the method runs. */
    public static boolean isAsync(Method method) {
        return MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(ASYNC)
                || MergedAnnotations.from(method.getDeclaringClass(), SearchStrategy.TYPE_HIERARCHY)
                        .isPresent(ASYNC);
    }
}
