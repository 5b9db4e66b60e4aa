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
        MessageCall call =
                (MessageCall) ((ProxyMethodInvocation) invocation).getUserAttribute(HalfMessageInterceptor.CALL);
        return call == null ? invocation.proceed() : step.around(call, unused -> invocation.proceed());
    }
}
