package io.rmqtx.producer;

import io.rmqtx.ReliableMessage;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * What the check at start cannot see, because it is made later: lazy beans, prototypes, scoped beans, products of a
 * factory. They are refused when they are made, rather than work without a message.
 */
final class LaterBeansCheck implements BeanPostProcessor, SmartInitializingSingleton, Ordered {

    private final ObjectProvider<ReliableMessageCheck> check;
    private final Map<Class<?>, Set<Method>> annotated = new ConcurrentHashMap<>();
    private volatile boolean started;

    LaterBeansCheck(ObjectProvider<ReliableMessageCheck> check) {
        this.check = check;
    }

    /** From now on; until then everything is made for the check at start. */
    @Override
    public void afterSingletonsInstantiated() {
        started = true;
    }

    /** After those that make proxies. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (started && !(bean instanceof ScopedObject)) {
            Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
            Set<Method> methods = annotated.computeIfAbsent(type, LaterBeansCheck::find);
            if (!methods.isEmpty()) {
                check.getObject().checkLater(beanName, bean, type, methods);
            }
        }
        return bean;
    }

    private static Set<Method> find(Class<?> type) {
        return AnnotationUtils.isCandidateClass(type, ReliableMessage.class)
                ? ReliableMessageCheck.annotatedMethods(type)
                : Set.of();
    }
}
