package io.rmqtx.producer;

import io.rmqtx.ReliableMessage;
import io.rmqtx.ReliableMessages;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Where woven code finds its way into an application context: AspectJ makes its aspect itself, and knows no beans.
 *
 * <p>Each call is intercepted once. The inner advice says which call it is about to let through; the woven method that
 * is then executed on this thread is that call. Where a method overrides another one that is woven, too, and calls it
 * by {@code super}, that is part of the call that is running: the outermost one counts.
 */
final class WovenCalls implements DisposableBean {

    /** The woven code behind an advice. */
    @FunctionalInterface
    interface Code {
        @Nullable
        Object run() throws Throwable;
    }

    /** What becomes of woven calls of one application context. */
    @FunctionalInterface
    private interface Interception {
        @Nullable
        Object run(Object target, Method method, @Nullable Object[] args, Code code) throws Throwable;
    }

    /** A call that is running on this thread. */
    private static final class Running {
        private final Object target;
        private final Method method;
        private boolean arrived;

        Running(Object target, Method method, boolean arrived) {
            this.target = target;
            this.method = method;
            this.arrived = arrived;
        }

        /** Whether it was let through to this method, which now begins, or calls it by {@code super}. */
        boolean leadsTo(Object executing, Method executed) {
            if (target != executing) {
                return false;
            }
            return method.equals(executed) ? !arrived : overrides(executed);
        }

        private boolean overrides(Method executed) {
            return method.getName().equals(executed.getName())
                    && executed.getDeclaringClass() != method.getDeclaringClass()
                    && executed.getDeclaringClass().isAssignableFrom(method.getDeclaringClass())
                    && !Modifier.isPrivate(executed.getModifiers())
                    && Arrays.equals(method.getParameterTypes(), executed.getParameterTypes());
        }
    }

    private static final List<WovenCalls> ACTIVE = new CopyOnWriteArrayList<>();

    private static final ThreadLocal<@Nullable Running> RUNNING = new ThreadLocal<>();

    private final ConfigurableListableBeanFactory beanFactory;
    private final Interception interception;

    private WovenCalls(ConfigurableListableBeanFactory beanFactory, Interception interception) {
        this.beanFactory = beanFactory;
        this.interception = interception;
        ACTIVE.add(this);
    }

    /** With our steps round them. */
    static WovenCalls intercepted(
            ConfigurableListableBeanFactory beanFactory,
            AnnotatedMethods methods,
            MessageFactory factory,
            HalfMessageStep outer,
            TransactionLogStep inner) {
        return new WovenCalls(beanFactory, (target, method, args, code) -> {
            AnnotatedMethod annotated = methods.get(method, target.getClass());
            return outer.around(
                    annotated.settings().withTransactionOfOurs(),
                    result -> factory.create(annotated, target, args, result),
                    call -> inner.around(call, unused -> running(new Running(target, annotated.method(), true), code)));
        });
    }

    /** As if there were no annotation. */
    static WovenCalls untouched(ConfigurableListableBeanFactory beanFactory) {
        return new WovenCalls(beanFactory, (target, method, args, code) -> code.run());
    }

    @Override
    public void destroy() {
        ACTIVE.remove(this);
    }

    /**
     * Whether AspectJ has woven our aspect round a method. It leaves the former body of what it weaves under a name of
     * its own, but does not say which aspects it has woven; so the weaver must know ours, and its pointcut must match.
     */
    static boolean isWoven(Method method) {
        String body = method.getName() + "_aroundBody";
        return Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
                        .anyMatch(candidate -> candidate.getName().startsWith(body))
                && isOnItself(method)
                && isAspectWoven();
    }

    /** Whether a call of the method may lead to woven code: its own, or that of a method which it overrides. */
    static boolean leadsToWoven(Method method) {
        for (Class<?> type = method.getDeclaringClass(); type != null; type = type.getSuperclass()) {
            Method own = ReflectionUtils.findMethod(type, method.getName(), method.getParameterTypes());
            if (own != null && isWoven(own)) {
                return true;
            }
        }
        return false;
    }

    /** As the aspect's pointcut sees it. */
    private static boolean isOnItself(Method method) {
        return Arrays.stream(method.getDeclaredAnnotations())
                .map(Annotation::annotationType)
                .anyMatch(type -> type == ReliableMessage.class
                        || type == ReliableMessages.class
                        || type.isAnnotationPresent(ReliableMessage.class)
                        || type.isAnnotationPresent(ReliableMessages.class));
    }

    /** To an aspect that it has been told of, the weaver adds this method. */
    static boolean isAspectWoven() {
        return ClassUtils.hasMethod(ReliableMessageAspect.class, "aspectOf");
    }

    /** Lets a call of the proxy through to its method. */
    static @Nullable Object letThrough(@Nullable Object target, AnnotatedMethod method, Code code) throws Throwable {
        return target == null || !method.leadsToWoven()
                ? code.run()
                : running(new Running(target, method.method(), false), code);
    }

    private static @Nullable Object running(Running call, Code code) throws Throwable {
        Running before = RUNNING.get();
        RUNNING.set(call);
        try {
            return code.run();
        } finally {
            if (before == null) {
                RUNNING.remove();
            } else {
                RUNNING.set(before);
            }
        }
    }

    /** Runs a woven method, with our steps round it unless the proxy has put them there. */
    static @Nullable Object around(Object target, Method method, @Nullable Object[] args, Code code) throws Throwable {
        Running running = RUNNING.get();
        if (running != null && running.leadsTo(target, method)) {
            running.arrived = true; // what the method calls itself is another call
            return code.run();
        }
        return of(target, method).interception.run(target, method, args, code);
    }

    private static WovenCalls of(Object target, Method method) {
        List<WovenCalls> candidates = ACTIVE;
        if (candidates.size() > 1) {
            candidates = candidates.stream()
                    .filter(context -> context.hasBean(target.getClass()))
                    .toList();
        }
        if (candidates.size() > 1) {
            candidates =
                    candidates.stream().filter(context -> context.owns(target)).toList();
        }
        if (candidates.size() != 1) {
            throw new IllegalStateException("@ReliableMessage on " + AnnotatedMethod.nameOf(method)
                    + " was called while " + candidates.size()
                    + " running applications of this process could have made its object; there must be one. Call it on"
                    + " a bean, after the application has started and before it has stopped. Nothing was written.");
        }
        return candidates.get(0);
    }

    private boolean hasBean(Class<?> type) {
        return beanFactory.getBeanNamesForType(type, true, false).length > 0;
    }

    private boolean owns(Object target) {
        return Arrays.stream(beanFactory.getBeanNamesForType(target.getClass(), true, false))
                .map(beanFactory::getSingleton)
                .anyMatch(bean -> bean == target || (bean != null && AopProxyUtils.getSingletonTarget(bean) == target));
    }
}
