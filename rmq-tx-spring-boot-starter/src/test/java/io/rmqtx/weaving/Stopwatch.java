package io.rmqtx.weaving;

import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;

/** Somebody else's aspect round the same methods. */
@Aspect
public class Stopwatch {

    @Around("execution(* io.rmqtx.weaving.*Orders.place*(..))")
    public Object measure(ProceedingJoinPoint joinPoint) throws Throwable {
        long begun = System.nanoTime();
        try {
            return joinPoint.proceed();
        } finally {
            System.out.println("TIME " + joinPoint.getSignature().getName() + (System.nanoTime() - begun));
        }
    }
}
