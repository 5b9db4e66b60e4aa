package io.rmqtx.consumer;

import io.rmqtx.DeadLetterHandler;
import io.rmqtx.ReliableListener;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.autoconfigure.AnnotatedBeans;
import io.rmqtx.spi.MessageSerializer;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.spi.RmqTxListeners;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** Finds the listeners of all beans and makes one container for each group. Checks all before it makes any. */
final class ContainerPlan {

    private final ConfigurableListableBeanFactory beanFactory;
    private final ConsumerProperties properties;

    ContainerPlan(ConfigurableListableBeanFactory beanFactory, ConsumerProperties properties) {
        this.beanFactory = beanFactory;
        this.properties = properties;
    }

    List<ListenerContainer> containers() {
        List<Found> found = find();
        if (found.isEmpty()) {
            return List.of();
        }
        properties.validate();
        ReliableStores stores = required(ReliableStores.class, "a database with a transaction manager");
        JoinedTransactions transactions = new JoinedTransactions(beanFactory);
        ListenerMethods methods = new ListenerMethods(beanFactory, properties);
        List<ListenerMethod> listeners = new ArrayList<>();
        for (Found one : found) {
            ListenerMethod listener = methods.of(one.bean(), one.beanClass(), one.method(), one.annotation());
            ReliableStore store = stores.forTransactionManager(listener.transactionManager());
            transactions.check(
                    Subject.listener(one.beanClass(), one.method()),
                    one.method(),
                    one.beanClass(),
                    store.transactionManager());
            listeners.add(listener);
        }
        List<ListenerGroup> groups =
                ListenerGroup.of(listeners, listener -> stores.forTransactionManager(listener.transactionManager()));
        ConsumerClientFactory clients = required(ConsumerClientFactory.class, "a RocketMQ client");
        // Fails now rather than in the background, where a missing name server would only be logged.
        groups.forEach(group -> clients.create(group.name()));
        return groups.stream().map(group -> container(group, clients)).toList();
    }

    private ListenerContainer container(ListenerGroup group, ConsumerClientFactory clients) {
        RmqTxListener events = new RmqTxListeners(
                beanFactory.getBeanProvider(RmqTxListener.class).orderedStream().toList());
        Failures failures = new Failures(required(DeadLetterHandler.class, "one DeadLetterHandler"), events);
        OnceOnly onceOnly = OnceOnly.of(group.store(), group.name(), properties, group.threads());
        MessageSerializer serializer = required(MessageSerializer.class, "one MessageSerializer");
        return new ListenerContainer(
                group,
                clients,
                new MessageConsumption(group, onceOnly, serializer, failures, events),
                properties.getShutdownWait());
    }

    private <T> T required(Class<T> type, String what) {
        T bean = beanFactory.getBeanProvider(type).getIfAvailable();
        if (bean == null) {
            throw new RmqTxConfigurationException(
                    "@ReliableListener needs " + what + ", but there is no bean of type " + type.getName() + ".",
                    "Configure it, or remove the listeners.");
        }
        return bean;
    }

    private List<Found> find() {
        List<Found> found = new ArrayList<>();
        AnnotatedBeans.forEach(beanFactory, ReliableListener.class, (beanName, type) -> {
            Map<Method, ReliableListener> methods =
                    MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<ReliableListener>)
                            method -> AnnotatedElementUtils.findMergedAnnotation(method, ReliableListener.class));
            // Reflection gives no order; a refusal names the same methods at every start.
            methods.entrySet().stream()
                    .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
                    .forEach(entry -> found.add(found(beanName, type, entry.getKey(), entry.getValue())));
        });
        return found;
    }

    private Found found(String beanName, Class<?> type, Method method, ReliableListener annotation) {
        if (!beanFactory.isSingleton(beanName)) {
            throw new RmqTxConfigurationException(
                    Subject.listener(type, method) + " must belong to a singleton, but its bean '" + beanName
                            + "' has another scope.",
                    "Move the method to a singleton bean.");
        }
        return new Found(beanFactory.getBean(beanName), type, method, annotation);
    }

    private record Found(Object bean, Class<?> beanClass, Method method, ReliableListener annotation) {}
}
