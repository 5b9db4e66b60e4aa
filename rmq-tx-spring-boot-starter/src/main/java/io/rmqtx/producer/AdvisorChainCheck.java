package io.rmqtx.producer;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.producer.ReliableMessageAdvisor.Side;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.util.ClassUtils;

/** Checks that an annotated method of a bean is intercepted, and in the order outer, transaction, inner. */
final class AdvisorChainCheck {

    private static final String CACHE = "org.springframework.cache.interceptor.CacheInterceptor";

    private AdvisorChainCheck() {}

    /** Whether a proxy of the class could intercept the method. */
    static boolean isInterceptable(Method method) {
        return (method.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE | Modifier.FINAL)) == 0;
    }

    /** Checks what the class alone tells. */
    static void checkMethod(String beanName, Method method) {
        String rule = Modifier.isStatic(method.getModifiers())
                ? "static"
                : Modifier.isPrivate(method.getModifiers())
                        ? "private"
                        : Modifier.isFinal(method.getModifiers())
                                ? "final"
                                : Modifier.isFinal(method.getDeclaringClass().getModifiers())
                                                && method.getDeclaringClass().getInterfaces().length == 0
                                        ? "a member of a final class without interfaces"
                                        : "";
        if (!rule.isEmpty()) {
            throw new RmqTxConfigurationException(
                    "@ReliableMessage on " + AnnotatedMethod.nameOf(method) + " (bean '" + beanName
                            + "') has no effect, because the method is " + rule
                            + " and a Spring proxy cannot intercept it.",
                    "Make the method a public one of a class that is not final, or weave the class (docs/guide.md, load-time"
                            + " weaving).");
        }
    }

    /** Checks the bean as it will be called. */
    static void checkBean(String beanName, Object bean, Method method, boolean ownTransaction) {
        if (!(bean instanceof Advised advised)) {
            throw notIntercepted(beanName, method, "the bean is not a Spring proxy");
        }
        if (AopUtils.isJdkDynamicProxy(bean) && !isReachable(advised, method)) {
            throw notIntercepted(
                    beanName,
                    method,
                    "the bean is a JDK proxy, and none of its interfaces "
                            + Arrays.toString(advised.getProxiedInterfaces()) + " has the method");
        }
        Advisor[] advisors = advised.getAdvisors();
        int outer = position(advisors, Side.OUTER);
        if (advised.getTargetSource() instanceof SingletonTargetSource target
                && target.getTarget() instanceof Advised within) {
            // A proxy round a proxy, as a second auto-proxy creator makes them: ours belongs into one of the two.
            if (outer < 0) {
                checkBean(beanName, within, method, ownTransaction);
                return;
            }
            if (position(within.getAdvisors(), Side.OUTER) >= 0) {
                throw new RmqTxConfigurationException(
                        "@ReliableMessage on " + AnnotatedMethod.nameOf(method) + " (bean '" + beanName
                                + "') would send each message twice, because the bean is proxied twice, and rmq-tx's"
                                + " advisors are in both proxies.",
                        "Remove the second auto-proxy creator (for instance a DefaultAdvisorAutoProxyCreator bean); Spring"
                                + " Boot has one.");
            }
        }
        refuseCacheInside(beanName, advised, method, outer);
        int inner = position(advisors, Side.INNER);
        int transaction = transactionPosition(advisors);
        if (outer < 0 || inner < 0) {
            throw notIntercepted(beanName, method, "the bean's proxy lacks rmq-tx's advisors");
        }
        if (outer > inner || (ownTransaction && (transaction < 0 || outer > transaction || transaction > inner))) {
            throw new RmqTxConfigurationException(
                    "@ReliableMessage on " + AnnotatedMethod.nameOf(method) + " (bean '" + beanName
                            + "') cannot keep its promise: the advisors must stand in the order rmq-tx outer, transaction,"
                            + " rmq-tx inner, but stand at " + outer + ", " + transaction + ", " + inner + ".",
                    "Use @EnableTransactionManagement in proxy mode, with an order above Integer.MIN_VALUE, and declare"
                            + " no transaction advisor after rmq-tx's auto-configuration.");
        }
    }

    /** Also through a generic interface, whose method has other parameter types. */
    private static boolean isReachable(Advised advised, Method method) {
        return Arrays.stream(advised.getProxiedInterfaces())
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(candidate -> candidate.getName().equals(method.getName()))
                .anyMatch(candidate -> AopUtils.getMostSpecificMethod(candidate, advised.getTargetClass())
                        .equals(method));
    }

    /** A hit would replace the call when its half message is sent already. */
    private static void refuseCacheInside(String beanName, Advised advised, Method method, int outer) {
        Advisor[] advisors = advised.getAdvisors();
        for (int i = outer + 1; i < advisors.length; i++) {
            if (advisors[i] instanceof PointcutAdvisor advisor
                    && advisor.getAdvice().getClass().getName().equals(CACHE)
                    && advisor.getPointcut()
                            .getMethodMatcher()
                            .matches(method, ClassUtils.getUserClass(method.getDeclaringClass()))) {
                throw new RmqTxConfigurationException(
                        "@ReliableMessage on " + AnnotatedMethod.nameOf(method) + " (bean '" + beanName
                                + "') stands outside of a cache on the same method: a hit would replace the call whose half"
                                + " message is sent already.",
                        "Put the cache on another method, or outside: @EnableCaching(order = 0), with which a hit sends"
                                + " nothing.");
            }
        }
    }

    private static RmqTxConfigurationException notIntercepted(String beanName, Method method, @Nullable String why) {
        return new RmqTxConfigurationException(
                "@ReliableMessage on " + AnnotatedMethod.nameOf(method) + " (bean '" + beanName
                        + "') has no effect, because " + why + ".",
                "Let Spring create the bean, put the method into its interface, or set"
                        + " spring.aop.proxy-target-class=true; do not create it in a BeanPostProcessor or before it.");
    }

    private static int position(Advisor[] advisors, Side side) {
        for (int i = 0; i < advisors.length; i++) {
            if (advisors[i] instanceof ReliableMessageAdvisor advisor && advisor.side() == side) {
                return i;
            }
        }
        return -1;
    }

    private static int transactionPosition(Advisor[] advisors) {
        for (int i = 0; i < advisors.length; i++) {
            if (!(advisors[i] instanceof ReliableMessageAdvisor)
                    && advisors[i].getAdvice() instanceof TransactionInterceptor) {
                return i;
            }
        }
        return -1;
    }
}
