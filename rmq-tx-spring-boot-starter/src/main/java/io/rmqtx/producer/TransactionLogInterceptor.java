package io.rmqtx.producer;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/** The inner advice of an annotated method. */
final class TransactionLogInterceptor implements MethodInterceptor {

    private final AnnotatedMethods methods;
    private final TransactionLogStep step;

    TransactionLogInterceptor(AnnotatedMethods methods, TransactionLogStep step) {
        this.methods = methods;
        this.step = step;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        MessageCall call =
                (MessageCall) ((ProxyMethodInvocation) invocation).getUserAttribute(HalfMessageInterceptor.CALL);
        if (call == null) {
            return invocation.proceed();
        }
        Object target = invocation.getThis();
        AnnotatedMethod method = methods.of(invocation);
        return step.around(call, unused -> WovenCalls.letThrough(target, method, invocation::proceed));
    }
}
