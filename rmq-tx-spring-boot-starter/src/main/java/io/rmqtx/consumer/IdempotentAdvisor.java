package io.rmqtx.consumer;

import java.lang.reflect.Method;
import java.util.function.IntSupplier;
import org.aopalliance.aop.Advice;
import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;

/**
 * Stands outside of the transaction, and of the advice that sends messages. Its advice is made at the first call: an
 * advisor is created before ordinary beans, and must not drag the data source in.
 */
final class IdempotentAdvisor implements PointcutAdvisor, Ordered {

    private final ObjectProvider<IdempotentInterceptor> advice;
    private final IntSupplier order;
    private final Pointcut pointcut = new StaticMethodMatcherPointcut() {
        @Override
        public boolean matches(Method method, Class<?> targetClass) {
            return IdempotentMethods.isAnnotated(method, targetClass);
        }
    };

    IdempotentAdvisor(ObjectProvider<IdempotentInterceptor> advice, IntSupplier order) {
        this.advice = advice;
        this.order = order;
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
