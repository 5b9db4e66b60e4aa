package io.rmqtx.producer;

import io.rmqtx.ReliableMessage;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RocketMqClientSettings;
import io.rmqtx.spi.StartupCheck;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;

/** Finds the annotated methods of all beans, checks everything about them that can be known, and collects the topics. */
final class ReliableMessageCheck implements StartupCheck {

    private final ConfigurableListableBeanFactory beanFactory;
    private final AnnotatedMethods methods;
    private final ReliableStores stores;
    private final HalfMessageTransport transport;
    private final RocketMqClientSettings settings;
    private final Set<String> topics = new TreeSet<>();

    ReliableMessageCheck(
            ConfigurableListableBeanFactory beanFactory,
            AnnotatedMethods methods,
            ReliableStores stores,
            HalfMessageTransport transport,
            RocketMqClientSettings settings) {
        this.beanFactory = beanFactory;
        this.methods = methods;
        this.stores = stores;
        this.transport = transport;
        this.settings = settings;
    }

    /** The topics of all annotated methods, once the check has run. */
    Set<String> topics() {
        return topics;
    }

    @Override
    public void check() {
        for (String name : beanFactory.getBeanNamesForType(Object.class)) {
            if (ScopedProxyUtils.isScopedTarget(name)) {
                continue;
            }
            Class<?> type = AutoProxyUtils.determineTargetClass(beanFactory, name);
            if (type != null && AnnotationUtils.isCandidateClass(type, ReliableMessage.class)) {
                check(name, type);
            }
        }
    }

    private void check(String beanName, Class<?> type) {
        Set<Method> annotated =
                MethodIntrospector.selectMethods(type, (Method method) -> AnnotatedMethods.isAnnotated(method, type));
        for (Method method : annotated) {
            AdvisorChainCheck.checkMethod(beanName, method);
            AnnotatedMethod parsed = methods.get(method, type);
            parsed.messages().forEach(message -> {
                transport.checkTopic(message.topic());
                topics.add(message.topic());
            });
            String unused = settings.application();
            stores.forTransactionManager(parsed.transactionManager());
            Object bean = beanFactory.getSingleton(beanName);
            if (bean != null) {
                AdvisorChainCheck.checkBean(beanName, bean, method, parsed.ownTransaction());
            }
        }
    }
}
