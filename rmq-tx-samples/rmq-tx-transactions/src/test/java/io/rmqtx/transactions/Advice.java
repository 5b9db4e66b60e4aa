package io.rmqtx.transactions;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.aspectj.lang.ProceedingJoinPoint;
import org.aspectj.lang.annotation.Around;
import org.aspectj.lang.annotation.Aspect;
import org.springframework.core.Ordered;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Advice of an application's own, around the shop. */
final class Advice {

    private Advice() {}

    /** Notes for each call whether it found a transaction. */
    @Aspect
    public static class Noting implements Ordered {

        final List<Boolean> insideTransaction = new CopyOnWriteArrayList<>();
        private final int order;

        Noting(int order) {
            this.order = order;
        }

        /** Notes. */
        @Around("execution(public void io.rmqtx.transactions.Shop.*(..))")
        public Object note(ProceedingJoinPoint call) throws Throwable {
            insideTransaction.add(TransactionSynchronizationManager.isActualTransactionActive());
            return call.proceed();
        }

        @Override
        public int getOrder() {
            return order;
        }
    }

    /** Repeats a call once, as {@code @Retryable} does. */
    @Aspect
    public static class Retrying implements Ordered {

        private final int order;

        Retrying(int order) {
            this.order = order;
        }

        /** Repeats. */
        @Around("execution(public void io.rmqtx.transactions.Shop.*(..))")
        public Object repeat(ProceedingJoinPoint call) throws Throwable {
            try {
                return call.proceed();
            } catch (Shop.BusinessException e) {
                return call.proceed();
            }
        }

        @Override
        public int getOrder() {
            return order;
        }
    }
}
