package io.rmqtx.producer;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/** The outer advice of an annotated method. */
final class HalfMessageInterceptor implements MethodInterceptor {

    private final AnnotatedMethods methods;
    private final MessageFactory factory;
    private final HalfMessageStep step;

    HalfMessageInterceptor(AnnotatedMethods methods, MessageFactory factory, HalfMessageStep step) {
        this.methods = methods;
        this.factory = factory;
        this.step = step;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        AnnotatedMethod method = methods.of(invocation);
        return step.around(
                method.settings(),
                result -> factory.create(method, target, invocation.getArguments(), result),
                call -> {
                    // A clone, because an invocation can be proceeded with only once.
                    ProxyMethodInvocation attempt =
                            (ProxyMethodInvocation) ((ProxyMethodInvocation) invocation).invocableClone();
                    attempt.setUserAttribute(InterceptedCall.ATTRIBUTE, new InterceptedCall(method, call));
                    return attempt.proceed();
                });
    }
}
