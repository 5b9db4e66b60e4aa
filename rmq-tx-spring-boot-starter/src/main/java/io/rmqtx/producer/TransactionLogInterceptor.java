package io.rmqtx.producer;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/** The inner advice of an annotated method. */
final class TransactionLogInterceptor implements MethodInterceptor {

    private final TransactionLogStep step;

    TransactionLogInterceptor(TransactionLogStep step) {
        this.step = step;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        InterceptedCall intercepted =
                (InterceptedCall) ((ProxyMethodInvocation) invocation).getUserAttribute(InterceptedCall.ATTRIBUTE);
        if (intercepted == null) {
            return invocation.proceed();
        }
        Object target = invocation.getThis();
        return step.around(
                intercepted.call(), unused -> WovenCalls.letThrough(target, intercepted.method(), invocation::proceed));
    }
}
