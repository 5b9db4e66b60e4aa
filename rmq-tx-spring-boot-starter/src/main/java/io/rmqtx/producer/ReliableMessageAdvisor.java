package io.rmqtx.producer;

import io.rmqtx.method.InterceptedBean;
import java.lang.reflect.Method;
import java.util.function.IntSupplier;
import org.aopalliance.aop.Advice;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;

/**
 * One of the two advisors. Its advice is made at the first call: an advisor is created before ordinary beans, and must
 * not drag the data source in. Its order is asked for when a bean is proxied, because it depends on the order of the
 * transaction advisor.
 */
final class ReliableMessageAdvisor implements PointcutAdvisor, Ordered {

    /** On which side of the transaction it stands. */
    enum Side {
        OUTER,
        INNER
    }

    private final Side side;
    private final ObjectProvider<? extends Advice> advice;
    private final IntSupplier order;
    private final Pointcut pointcut = new StaticMethodMatcherPointcut() {
        @Override
        public boolean matches(Method method, Class<?> targetClass) {
            // A proxy that exists only for a method which it cannot intercept would only stand in the weaver's way.
            return InterceptedBean.isInterceptable(method) && AnnotatedMethods.isAnnotated(method, targetClass);
        }
    };

    ReliableMessageAdvisor(Side side, ObjectProvider<? extends Advice> advice, IntSupplier order) {
        this.side = side;
        this.advice = advice;
        this.order = order;
    }

    Side side() {
        return side;
    }

    @Override
    public Pointcut getPointcut() {
        return pointcut;
    }

    @Override
    public Advice getAdvice() {
        return advice.getObject();
    }

    @Override
    public int getOrder() {
        return order.getAsInt();
    }
}
