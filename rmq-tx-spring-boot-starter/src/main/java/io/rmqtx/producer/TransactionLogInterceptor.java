package io.rmqtx.producer;

import io.rmqtx.spi.RmqTxListener;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.interceptor.TransactionAttribute;

/**
 * The inner advice: writes the transaction log row as the first statement of whatever transaction the method really
 * got, and opens one where Spring's own advice does not.
 */
final class TransactionLogInterceptor implements MethodInterceptor {

    private final HalfMessages halfMessages;
    private final RmqTxListener events;
    private final ProducerProperties properties;

    TransactionLogInterceptor(HalfMessages halfMessages, RmqTxListener events, ProducerProperties properties) {
        this.halfMessages = halfMessages;
        this.events = events;
        this.properties = properties;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        MessageCall call =
                (MessageCall) ((ProxyMethodInvocation) invocation).getUserAttribute(HalfMessageInterceptor.CALL);
        if (call == null) {
            return invocation.proceed();
        }
        if (call.isEnlisted()) {
            throw new IllegalStateException(
                    "Other advice calls " + call.method().name()
                            + " a second time inside rmq-tx. Put advice that repeats calls (@Retryable) outside: give it an order"
                            + " below that of rmq-tx's, so that each attempt sends a message of its own.");
        }
        if (!call.method().ownTransaction()) {
            return inTransaction(call, invocation);
        }
        if (call.isEmpty()) {
            return invocation.proceed();
        }
        if (!call.store().isTransactionActive()) {
            throw new IllegalTransactionStateException("@ReliableMessage on "
                    + call.method().name()
                    + " needs a transaction of the manager that its transaction log belongs to, but its @Transactional"
                    + " gives it none. Use REQUIRED or REQUIRES_NEW, and the same transaction manager. Nothing was"
                    + " written.");
        }
        TransactionParticipation.enlist(call, halfMessages, events, properties);
        return invocation.proceed();
    }

    /** As Spring's advice does for REQUIRED: joins or opens, and commits or rolls back by its rules. */
    private @Nullable Object inTransaction(MessageCall call, MethodInvocation invocation) throws Throwable {
        PlatformTransactionManager manager = call.store().transactionManager();
        TransactionAttribute attribute = call.method().attribute();
        TransactionStatus transaction = manager.getTransaction(attribute);
        Object result;
        try {
            if (!call.isEmpty()) {
                TransactionParticipation.enlist(call, halfMessages, events, properties);
            }
            result = invocation.proceed();
        } catch (Throwable e) {
            if (attribute.rollbackOn(e)) {
                rollback(manager, transaction, e);
            } else {
                manager.commit(transaction);
            }
            throw e;
        }
        manager.commit(transaction);
        return result;
    }

    private static void rollback(PlatformTransactionManager manager, TransactionStatus transaction, Throwable cause) {
        try {
            manager.rollback(transaction);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }
}
