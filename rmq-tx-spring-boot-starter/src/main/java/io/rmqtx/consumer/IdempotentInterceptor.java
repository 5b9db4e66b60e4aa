package io.rmqtx.consumer;

import io.rmqtx.IdempotencyKeyBusyException;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.IllegalTransactionStateException;

/** Runs annotated methods once per key, in a transaction that the key begins. */
final class IdempotentInterceptor implements MethodInterceptor {

    private static final Logger log = LoggerFactory.getLogger(IdempotentInterceptor.class);

    private record StoreAndGroup(ReliableStore store, String group) {}

    private final IdempotentMethods methods;
    private final ReliableStores stores;
    private final ConsumerProperties properties;
    private final Map<StoreAndGroup, OnceOnly> onceOnly = new ConcurrentHashMap<>();

    IdempotentInterceptor(IdempotentMethods methods, ReliableStores stores, ConsumerProperties properties) {
        this.methods = methods;
        this.stores = stores;
        this.properties = properties;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        IdempotentMethod method = methods.get(
                invocation.getMethod(),
                target == null ? invocation.getMethod().getDeclaringClass() : target.getClass());
        String key = method.keyOf(invocation.getArguments());
        ReliableStore store = stores.forTransactionManager(method.transactionManager());
        if (store.isTransactionActive()) {
            throw new IllegalTransactionStateException(method.subject()
                    + " was called inside a transaction, where its key would not be the first statement:"
                    + " a duplicate that waits would hold that transaction's locks, and could not be repeated."
                    + " Call it without one, and put @Transactional further inside. Nothing was written.");
        }
        AtomicReference<@Nullable Object> result = new AtomicReference<>();
        OnceOnly.Outcome outcome = onceOnly(store, method.group())
                .run(
                        key,
                        key,
                        () -> result.set(invocation.proceed()),
                        () -> log.debug("{} waits: key '{}' is busy.", method.subject(), LogText.of(key)));
        return switch (outcome) {
            case EFFECT -> result.get();
            case DUPLICATE -> {
                log.debug("{} was not called: key '{}' is a duplicate.", method.subject(), LogText.of(key));
                yield null;
            }
            case BUSY ->
                throw new IdempotencyKeyBusyException(
                        method.subject() + " was not called, because another call with key '"
                                + LogText.of(key) + "' of group '" + method.group()
                                + "' is still running. Nothing was written: let the message be delivered again later.");
        };
    }

    private OnceOnly onceOnly(ReliableStore store, String group) {
        StoreAndGroup one = new StoreAndGroup(store, group);
        OnceOnly known = onceOnly.get(one); // computeIfAbsent may lock
        return known != null ? known : onceOnly.computeIfAbsent(one, missing -> OnceOnly.of(store, group, properties));
    }
}
