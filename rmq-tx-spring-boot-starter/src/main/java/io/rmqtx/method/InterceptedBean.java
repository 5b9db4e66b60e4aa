package io.rmqtx.method;

import io.rmqtx.RmqTxConfigurationException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Predicate;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.target.SingletonTargetSource;

/** Whether, and by which proxy, the calls of a bean's method reach advisors of ours. */
public final class InterceptedBean {

    private InterceptedBean() {}

    /** Whether a proxy of the class could intercept the method. */
    public static boolean isInterceptable(Method method) {
        return (method.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE | Modifier.FINAL)) == 0;
    }

    /** What keeps every proxy from intercepting the method, as far as the class alone tells; empty if nothing does. */
    public static String whyNotInterceptable(Method method) {
        int modifiers = method.getModifiers();
        if (Modifier.isStatic(modifiers)) {
            return "static";
        }
        if (Modifier.isPrivate(modifiers)) {
            return "private";
        }
        if (Modifier.isFinal(modifiers)) {
            return "final";
        }
        Class<?> type = method.getDeclaringClass();
        return Modifier.isFinal(type.getModifiers()) && type.getInterfaces().length == 0
                ? "a member of a final class without interfaces"
                : "";
    }

    /**
     * The proxy in which our advisors are; it may be a proxy round a proxy, as a second auto-proxy creator makes them.
     *
     * @param ours tells our advisor, the outermost where there are several
     * @param refusal makes the exception of what is wrong
     * @throws RmqTxConfigurationException if calls do not reach our advisors, or reach them twice
     */
    public static Advised proxy(
            Object bean,
            Method method,
            Predicate<Advisor> ours,
            Function<String, RmqTxConfigurationException> refusal) {
        if (!(bean instanceof Advised advised)) {
            throw refusal.apply("the bean is not a Spring proxy");
        }
        if (AopUtils.isJdkDynamicProxy(bean) && !isReachable(advised, method)) {
            throw refusal.apply("the bean is a JDK proxy, and none of its interfaces "
                    + Arrays.toString(advised.getProxiedInterfaces()) + " has the method");
        }
        boolean here = position(advised.getAdvisors(), ours) >= 0;
        if (advised.getTargetSource() instanceof SingletonTargetSource target
                && target.getTarget() instanceof Advised within) {
            if (!here) {
                return proxy(within, method, ours, refusal);
            }
            if (position(within.getAdvisors(), ours) >= 0) {
                throw refusal.apply("the bean is proxied twice, and rmq-tx's advisors are in both proxies");
            }
        }
        if (!here) {
            throw refusal.apply("the bean's proxy lacks rmq-tx's advisors");
        }
        return advised;
    }

    /** Also through a generic interface, whose method has other parameter types. */
    private static boolean isReachable(Advised advised, Method method) {
        return Arrays.stream(advised.getProxiedInterfaces())
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(candidate -> candidate.getName().equals(method.getName()))
                .anyMatch(candidate -> AopUtils.getMostSpecificMethod(candidate, advised.getTargetClass())
                        .equals(method));
    }

    /** The first advisor of that kind; -1 if there is none. */
    public static int position(Advisor[] advisors, Predicate<Advisor> kind) {
        for (int i = 0; i < advisors.length; i++) {
            if (kind.test(advisors[i])) {
                return i;
            }
        }
        return -1;
    }
}
