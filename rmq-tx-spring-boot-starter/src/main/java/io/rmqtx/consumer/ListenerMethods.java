package io.rmqtx.consumer;

import io.rmqtx.ReliableListener;
import io.rmqtx.RmqTxConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.ClassUtils;

/** Checks annotated methods and makes them callable. What can be known to fail later is refused here. */
final class ListenerMethods {

    private static final Set<String> ASYNCHRONOUS = Set.of(
            "java.util.concurrent.Future",
            "java.util.concurrent.CompletionStage",
            "java.util.concurrent.Flow$Publisher",
            "org.reactivestreams.Publisher");

    private final ConfigurableBeanFactory beanFactory;
    private final ConsumerProperties properties;

    ListenerMethods(ConfigurableBeanFactory beanFactory, ConsumerProperties properties) {
        this.beanFactory = beanFactory;
        this.properties = properties;
    }

    static String nameOf(Class<?> beanClass, Method method) {
        return ClassUtils.getUserClass(beanClass).getName() + "." + method.getName();
    }

    /**
     * Checks one method.
     *
     * @throws RmqTxConfigurationException if it cannot work
     */
    ListenerMethod of(Object bean, Class<?> beanClass, Method declared, ReliableListener annotation) {
        String name = nameOf(beanClass, declared);
        refuseUncallable(declared, bean, name);
        refuseAsynchronous(declared, name);
        return new ListenerMethod(
                name,
                bean,
                invocable(bean, declared, name),
                MethodArguments.of(declared, beanClass, name),
                ListenerNames.topic(resolved(annotation.topic(), "topic", name), name),
                ListenerNames.group(resolved(annotation.group(), "group", name), name),
                ListenerNames.tags(resolved(annotation.tags(), "tags", name), name),
                IdempotencyKey.parse(annotation.key(), name),
                count(annotation.maxAttempts(), properties.getMaxAttempts(), "maxAttempts", name),
                count(annotation.threads(), properties.getThreads(), "threads", name),
                Set.of(annotation.notRetryable()),
                annotation.transactionManager());
    }

    private static void refuseUncallable(Method method, Object bean, String name) {
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
                    "Listener '" + name + "' must be callable through its bean, but is " + wrong + ".",
                    "Make it a public instance method that is not final.");
        }
    }

    private static void refuseAsynchronous(Method method, String name) {
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
                    "Listener '" + name + "' must have finished its work when it returns, but " + found
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

    private static Method invocable(Object bean, Method declared, String name) {
        try {
            Method method = AopUtils.selectInvocableMethod(declared, bean.getClass());
            method.setAccessible(true);
            return method;
        } catch (IllegalStateException e) {
            throw new RmqTxConfigurationException(
                    "Listener '" + name + "' must be callable through its bean, but the bean is a proxy of type "
                            + bean.getClass().getName() + " without that method.",
                    "Declare the method in the bean's interface, or set [spring.aop.proxy-target-class] to true.",
                    e);
        }
    }

    private String resolved(String text, String attribute, String name) {
        try {
            String value = beanFactory.resolveEmbeddedValue(text);
            // A lenient resolver leaves an unknown placeholder as it is.
            if (value != null && value.contains("${")) {
                throw new IllegalArgumentException("nothing resolves '" + value + "'");
            }
            return value == null ? "" : value.trim();
        } catch (IllegalArgumentException e) {
            throw new RmqTxConfigurationException(
                    "Listener '" + name + "': a placeholder in " + attribute + " = \"" + text
                            + "\" must have a value, but: " + e.getMessage() + ".",
                    "Set the property, or give a default: ${name:default}.",
                    e);
        }
    }

    private static int count(int value, int otherwise, String attribute, String name) {
        if (value < 0) {
            throw new RmqTxConfigurationException(
                    "Listener '" + name + "': " + attribute + " must not be negative, but is " + value + ".",
                    "Set it to 1 or more, or leave it out for the value of [rmq-tx.consumer."
                            + (attribute.equals("threads") ? "threads" : "max-attempts") + "].");
        }
        return value == 0 ? otherwise : value;
    }
}
