package io.rmqtx.producer;

import io.rmqtx.FencedTransactionException;
import io.rmqtx.MessageIds;
import io.rmqtx.spi.AbortedMessageException;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RmqTxListener;
import java.util.List;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;

/**
 * The outer advice: makes the message and sends its half before a connection is taken from the pool, so that a slow
 * broker holds no connections, and a dead one is noticed before anything has happened.
 */
final class HalfMessageInterceptor implements MethodInterceptor {

    /** Under this name the inner advice finds the call in the invocation that both see. */
    static final String CALL = HalfMessageInterceptor.class.getName() + ".call";

    private final AnnotatedMethods methods;
    private final MessageFactory factory;
    private final ReliableStores stores;
    private final HalfMessages halfMessages;
    private final RmqTxListener events;

    HalfMessageInterceptor(
            AnnotatedMethods methods,
            MessageFactory factory,
            ReliableStores stores,
            HalfMessages halfMessages,
            RmqTxListener events) {
        this.methods = methods;
        this.factory = factory;
        this.stores = stores;
        this.halfMessages = halfMessages;
        this.events = events;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        ProxyMethodInvocation proxied = (ProxyMethodInvocation) invocation;
        Object target = invocation.getThis();
        AnnotatedMethod method = methods.get(
                invocation.getMethod(),
                target == null ? invocation.getMethod().getDeclaringClass() : target.getClass());
        List<OutgoingMessage> messages = factory.create(method, invocation);
        ReliableStore store = stores.forTransactionManager(method.transactionManager());
        if (joins(method, store)) {
            messages.forEach(halfMessages::check);
            return proceed(proxied, new MessageCall(method, store, messages, true));
        }
        return begin(method, store, messages, proxied);
    }

    private @Nullable Object begin(
            AnnotatedMethod method,
            ReliableStore store,
            List<OutgoingMessage> messages,
            ProxyMethodInvocation invocation)
            throws Throwable {
        MessageCall call = new MessageCall(method, store, messages, false);
        halfMessages.send(call);
        ProxyMethodInvocation again = (ProxyMethodInvocation) invocation.invocableClone();
        try {
            return proceed(invocation, call);
        } catch (AbortedMessageException e) {
            if (call.isEnlisted()) {
                throw e; // not our insert: another call inside the method
            }
            // Waiting for a connection took longer than the broker waits before it asks, and the fence was faster.
            // Nothing has run yet, so the call may start once more, under new ids.
            events.callRestarted(call.messageIds());
            return beginAgain(method, store, again);
        }
    }

    private @Nullable Object beginAgain(AnnotatedMethod method, ReliableStore store, ProxyMethodInvocation invocation)
            throws Throwable {
        MessageCall call = new MessageCall(method, store, factory.create(method, invocation), false);
        halfMessages.send(call);
        try {
            return proceed(invocation, call);
        } catch (AbortedMessageException e) {
            throw call.isEnlisted() ? e : fenced(call, e);
        }
    }

    private static FencedTransactionException fenced(MessageCall call, AbortedMessageException cause) {
        return new FencedTransactionException(
                "Twice in a row " + call.method().name() + " took longer to begin its transaction than the broker waits"
                        + " before it asks (transactionTimeOut), the second time as message " + call.messageIds()
                        + ". Nothing was written; the call can be repeated. Enlarge the connection pool, or the broker's"
                        + " transactionTimeOut.",
                cause);
    }

    private static boolean joins(AnnotatedMethod method, ReliableStore store) {
        if (method.attribute().getPropagationBehavior() == TransactionDefinition.PROPAGATION_REQUIRES_NEW
                || !store.isTransactionActive()) {
            return false;
        }
        String refusal =
                switch (store.transactionPhase()) {
                    case RUNNING, COMMITTING -> "";
                    case COMPLETING ->
                        "while its transaction is being committed or rolled back (afterCommit, an AFTER_COMMIT event"
                                + " listener): what it writes would belong to no transaction";
                    case HIDDEN ->
                        "while a transaction of another transaction manager stands between it and its own: its message"
                                + " would follow that one's outcome";
                };
        if (!refusal.isEmpty()) {
            throw new IllegalTransactionStateException(method.name() + " was called " + refusal
                    + ". Give it @Transactional(propagation = Propagation.REQUIRES_NEW). Nothing was written.");
        }
        return true;
    }

    private @Nullable Object proceed(ProxyMethodInvocation invocation, MessageCall call) throws Throwable {
        invocation.setUserAttribute(CALL, call);
        try {
            Object result = invocation.proceed();
            if (!call.isEnlisted() && !call.isEmpty()) {
                throw new IllegalStateException(
                        "The transaction log row of " + call.method().name()
                                + " was not written, because the inner advice of rmq-tx did not run. The message is dropped,"
                                + " but the method's own writes may have been committed. Remove advice that replaces the"
                                + " method between rmq-tx and the method.");
            }
            MessageIds.add(call.messageIds());
            return result;
        } finally {
            if (!call.isEnlisted()) {
                halfMessages.abandon(call);
            }
        }
    }
}
