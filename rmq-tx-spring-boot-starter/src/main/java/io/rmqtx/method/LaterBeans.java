package io.rmqtx.method;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * What the checks at start cannot see, because it is made later: lazy beans, prototypes, scoped beans, products of a
 * factory. They are refused when they are made, rather than work without effect.
 */
public final class LaterBeans implements BeanPostProcessor, SmartInitializingSingleton, Ordered {

    /** Checks a bean. */
    @FunctionalInterface
    public interface Check {

        /**
         * Checks the annotated methods of a bean.
         *
         * @throws io.rmqtx.RmqTxConfigurationException if one of them cannot work
         */
        void check(String beanName, Object bean, Class<?> type, Set<Method> methods);
    }

    private final Class<? extends Annotation> annotation;
    private final Function<Class<?>, Set<Method>> finder;
    private final Check check;
    private final Map<Class<?>, Set<Method>> annotated = new ConcurrentHashMap<>();
    private volatile boolean started;

    /**
     * For one annotation.
     *
     * @param finder the annotated methods of a class; asked once for each class that may have some
     */
    public LaterBeans(Class<? extends Annotation> annotation, Function<Class<?>, Set<Method>> finder, Check check) {
        this.annotation = annotation;
        this.finder = finder;
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
            Set<Method> methods = annotated.computeIfAbsent(type, this::find);
            if (!methods.isEmpty()) {
                check.check(beanName, bean, type, methods);
            }
        }
        return bean;
    }

    private Set<Method> find(Class<?> type) {
        return AnnotationUtils.isCandidateClass(type, annotation) ? finder.apply(type) : Set.of();
    }
}
