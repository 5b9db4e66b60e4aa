package io.rmqtx.producer;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.method.InterceptedBean;
import io.rmqtx.producer.ReliableMessageAdvisor.Side;
import java.lang.reflect.Method;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.util.ClassUtils;

/** Checks that an annotated method of a bean is intercepted, and in the order outer, transaction, inner. */
final class AdvisorChainCheck {

    private static final String CACHE = "org.springframework.cache.interceptor.CacheInterceptor";

    private AdvisorChainCheck() {}

    /** Checks what the class alone tells. */
    static void checkMethod(String beanName, Method method) {
        String rule = InterceptedBean.whyNotInterceptable(method);
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
        Advised advised = InterceptedBean.proxy(
                bean, method, advisor -> is(advisor, Side.OUTER), why -> notIntercepted(beanName, method, why));
        Advisor[] advisors = advised.getAdvisors();
        int outer = InterceptedBean.position(advisors, advisor -> is(advisor, Side.OUTER));
        int inner = InterceptedBean.position(advisors, advisor -> is(advisor, Side.INNER));
        int transaction = InterceptedBean.position(
                advisors,
                advisor -> !(advisor instanceof ReliableMessageAdvisor)
                        && advisor.getAdvice() instanceof TransactionInterceptor);
        refuseCacheInside(beanName, advised, method, outer);
        if (inner < 0
                || outer > inner
                || (ownTransaction && (transaction < 0 || outer > transaction || transaction > inner))) {
            throw new RmqTxConfigurationException(
                    "@ReliableMessage on " + AnnotatedMethod.nameOf(method) + " (bean '" + beanName
                            + "') cannot keep its promise: the advisors must stand in the order rmq-tx outer, transaction,"
                            + " rmq-tx inner, but stand at " + outer + ", " + transaction + ", " + inner + ".",
                    "Use @EnableTransactionManagement in proxy mode, with an order above Integer.MIN_VALUE, and declare"
                            + " no transaction advisor after rmq-tx's auto-configuration.");
        }
    }

    private static boolean is(Advisor advisor, Side side) {
        return advisor instanceof ReliableMessageAdvisor ours && ours.side() == side;
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

    private static RmqTxConfigurationException notIntercepted(String beanName, Method method, String why) {
        return new RmqTxConfigurationException(
                "@ReliableMessage on " + AnnotatedMethod.nameOf(method) + " (bean '" + beanName
                        + "') does not work, because " + why + ".",
                "Let Spring create the bean, not in a BeanPostProcessor or before it; let one auto-proxy creator make its"
                        + " proxy (Spring Boot has one; a DefaultAdvisorAutoProxyCreator would be a second); put the"
                        + " method into its interface, or set spring.aop.proxy-target-class=true.");
    }
}
