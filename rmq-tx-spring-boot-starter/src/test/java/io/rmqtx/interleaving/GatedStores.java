package io.rmqtx.interleaving;

import io.rmqtx.spi.MessageLog;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Puts gates before the statements of the real message log, and, where asked, a fault into it. */
final class GatedStores implements BeanPostProcessor {

    /** Around the fence: its commit has a gate of its own. */
    static final ThreadLocal<Boolean> FENCING = ThreadLocal.withInitial(() -> false);

    private final Map<ReliableStore, ReliableStore> stores = new ConcurrentHashMap<>();
    private final UnaryOperator<MessageLog> fault;
    private final Consumer<List<String>> onInsert;
    private final Consumer<Runnable> onMark;

    GatedStores(UnaryOperator<MessageLog> fault, Consumer<List<String>> onInsert, Consumer<Runnable> onMark) {
        this.fault = fault;
        this.onInsert = onInsert;
        this.onMark = onMark;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof ReliableStores real
                ? proxy(ReliableStores.class, (self, method, arguments) -> {
                    Object result = call(method, real, arguments);
                    if (result instanceof ReliableStore store) {
                        return gated(store);
                    }
                    return result instanceof Optional<?> found
                            ? found.map(store -> gated((ReliableStore) store))
                            : result;
                })
                : bean;
    }

    /** Always the same one for a store: the producer compares them. */
    private ReliableStore gated(ReliableStore real) {
        return stores.computeIfAbsent(real, store -> {
            MessageLog messages = gated(fault.apply(store.messages()));
            return proxy(ReliableStore.class, (self, method, arguments) -> switch (method.getName()) {
                case "messages" -> messages;
                case "equals" -> self == arguments[0];
                case "hashCode" -> System.identityHashCode(self);
                default -> call(method, store, arguments);
            });
        });
    }

    private MessageLog gated(MessageLog real) {
        return proxy(MessageLog.class, (self, method, arguments) -> switch (method.getName()) {
            case "insert" -> {
                Actors.pause("insert");
                call(method, real, arguments);
                @SuppressWarnings("unchecked")
                List<OutgoingMessage> messages = (List<OutgoingMessage>) arguments[0];
                onInsert.accept(
                        messages.stream().map(message -> message.id().value()).toList());
                yield null;
            }
            case "find" -> {
                Actors.pause("read");
                yield call(method, real, arguments);
            }
            case "fence" -> {
                Actors.pause("fence");
                FENCING.set(true);
                try {
                    yield call(method, real, arguments);
                } finally {
                    FENCING.remove();
                }
            }
            case "markPublished" -> {
                int[] changed = new int[1];
                onMark.accept(() -> changed[0] = real.markPublished(strings(arguments[0])));
                yield changed[0];
            }
            default -> call(method, real, arguments);
        });
    }

    @SuppressWarnings("unchecked")
    private static List<String> strings(Object ids) {
        return List.copyOf((Collection<String>) ids);
    }

    private static Object call(Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
