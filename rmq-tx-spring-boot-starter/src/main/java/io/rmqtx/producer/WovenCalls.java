package io.rmqtx.producer;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Where woven code finds its way into an application context: AspectJ makes its aspect itself, and knows no beans.
 *
 * <p>The inner advice says which call it is about to let through; the woven method that is then executed on this thread
 * is that call, and is not intercepted again.
 */
final class WovenCalls implements DisposableBean {

    /** The woven code behind an advice. */
    @FunctionalInterface
    interface Code {
        @Nullable
        Object run() throws Throwable;
    }

    private record Passing(Object target, Method method) {}

    private static final List<WovenCalls> ACTIVE = new CopyOnWriteArrayList<>();

    private static final ThreadLocal<@Nullable Passing> PASSING = new ThreadLocal<>();

    private final ConfigurableListableBeanFactory beanFactory;
    private final AnnotatedMethods methods;
    private final MessageFactory factory;
    private final HalfMessageStep outer;
    private final TransactionLogStep inner;

    WovenCalls(
            ConfigurableListableBeanFactory beanFactory,
            AnnotatedMethods methods,
            MessageFactory factory,
            HalfMessageStep outer,
            TransactionLogStep inner) {
        this.beanFactory = beanFactory;
        this.methods = methods;
        this.factory = factory;
        this.outer = outer;
        this.inner = inner;
        ACTIVE.add(this);
    }

    @Override
    public void destroy() {
        ACTIVE.remove(this);
    }

    /** Whether AspectJ has woven a method: it leaves the former body under a name of its own. */
    static boolean isWoven(Method method) {
        String body = method.getName() + "_aroundBody";
        return Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
                .anyMatch(candidate -> candidate.getName().startsWith(body));
    }

    /** Lets a call of the proxy through to its method. */
    static @Nullable Object letThrough(@Nullable Object target, AnnotatedMethod method, Code code) throws Throwable {
        if (target == null || !method.woven()) {
            return code.run();
        }
        Passing before = PASSING.get();
        PASSING.set(new Passing(target, method.method()));
        try {
            return code.run();
        } finally {
            if (before == null) {
                PASSING.remove();
            } else {
                PASSING.set(before);
            }
        }
    }

    /** Runs a woven method, with our steps round it unless the proxy has put them there. */
    static @Nullable Object around(Object target, Method method, @Nullable Object[] args, Code code) throws Throwable {
        Passing passing = PASSING.get();
        if (passing != null && passing.target() == target && passing.method().equals(method)) {
            PASSING.remove(); // what the method calls itself is another call
            return code.run();
        }
        return of(target, method).run(target, method, args, code);
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

    private @Nullable Object run(Object target, Method method, @Nullable Object[] args, Code code) throws Throwable {
        AnnotatedMethod annotated = methods.get(method, target.getClass());
        return outer.around(
                annotated.settings().withTransactionOfOurs(),
                result -> factory.create(annotated, target, args, result),
                call -> inner.around(call, unused -> code.run()));
    }
}
