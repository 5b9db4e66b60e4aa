package io.rmqtx.producer;

import java.lang.reflect.Method;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.aspectj.lang.reflect.MethodSignature;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code @ReliableMessage} work where no Spring proxy can: on calls within a bean, on private and on final methods.
 * For AspectJ's load-time weaving; nothing loads this class unless the weaver is told to by {@code
 * META-INF/rmq-tx-aop.xml}, or a file of the application that names the class. A call that came through the proxy is
 * left to it, so that each call is intercepted once; so is what an overriding method calls by {@code super}, which is
 * part of the call of the overriding one.
 *
 * <p>The annotation must be on the method itself: one that it inherits from an interface is not seen by the weaver.
 */
@Aspect
public final class ReliableMessageAspect {

    /** Made by AspectJ. */
    public ReliableMessageAspect() {}

    /** Surrounds the annotated methods of woven classes. */
    @Around("execution(@io.rmqtx.ReliableMessage !static * *(..))"
            + " || execution(@io.rmqtx.ReliableMessages !static * *(..))"
            + " || execution(@(@io.rmqtx.ReliableMessage *) !static * *(..))"
            + " || execution(@(@io.rmqtx.ReliableMessages *) !static * *(..))")
    public @Nullable Object around(ProceedingJoinPoint joinPoint) throws Throwable {
        Method method = ((MethodSignature) joinPoint.getSignature()).getMethod();
        if (method.isBridge()) { // the compiler copies annotations to it, and it calls the real one
            return joinPoint.proceed();
        }
        return WovenCalls.around(joinPoint.getThis(), method, joinPoint.getArgs(), joinPoint::proceed);
    }
}
