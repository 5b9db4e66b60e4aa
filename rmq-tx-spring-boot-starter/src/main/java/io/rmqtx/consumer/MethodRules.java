package io.rmqtx.consumer;

import io.rmqtx.RmqTxConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;

/** What a method must be, so that the effect and its idempotency key can share one transaction. */
final class MethodRules {

    private static final Set<String> ASYNCHRONOUS = Set.of(
            "java.util.concurrent.Future",
            "java.util.concurrent.CompletionStage",
            "java.util.concurrent.Flow$Publisher",
            "org.reactivestreams.Publisher");

    private MethodRules() {}

    static void refuseUncallable(Method method, @Nullable Object bean, Subject subject) {
        int modifiers = method.getModifiers();
        String wrong = Modifier.isPrivate(modifiers)
                ? "private"
                : Modifier.isStatic(modifiers)
                        ? "static"
                        : Modifier.isFinal(modifiers) && AopUtils.isCglibProxy(bean)
                                ? "final, and its bean is a class-based proxy"
                                : null;
        if (wrong != null) {
            throw new RmqTxConfigurationException(
                    subject + " must be callable through its bean, but is " + wrong + ".",
                    "Make it a public instance method that is not final.");
        }
    }

    static void refuseAsynchronous(Method method, Subject subject) {
        String found = null;
        if (isAsynchronous(method.getReturnType())) {
            found = "returns " + method.getReturnType().getName();
        } else if (AnnotatedElementUtils.hasAnnotation(method, Async.class)
                || AnnotatedElementUtils.hasAnnotation(method.getDeclaringClass(), Async.class)) {
            found = "is @Async";
        } else {
            for (Class<?> parameter : method.getParameterTypes()) {
                if (parameter.getName().equals("kotlin.coroutines.Continuation")) {
                    found = "is a suspend function";
                }
            }
        }
        if (found != null) {
            throw new RmqTxConfigurationException(
                    subject + " must have finished its work when it returns, but " + found
                            + "; its transaction would commit before.",
                    "Let the method do its work on the calling thread and return void.");
        }
    }

    private static boolean isAsynchronous(@Nullable Class<?> type) {
        if (type == null) {
            return false;
        }
        if (ASYNCHRONOUS.contains(type.getName()) || isAsynchronous(type.getSuperclass())) {
            return true;
        }
        for (Class<?> parent : type.getInterfaces()) {
            if (isAsynchronous(parent)) {
                return true;
            }
        }
        return false;
    }
}
