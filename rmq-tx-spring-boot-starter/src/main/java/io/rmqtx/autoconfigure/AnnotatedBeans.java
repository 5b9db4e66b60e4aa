package io.rmqtx.autoconfigure;

import java.lang.annotation.Annotation;
import java.util.function.BiConsumer;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotationUtils;

/** Finds the beans whose class may carry one of our annotations, without creating any. */
public final class AnnotatedBeans {

    private AnnotatedBeans() {}

    /**
     * Tells name and class of each candidate. Of a scoped bean only the proxy is told, not the target behind it.
     *
     * @param annotation the annotation; classes that cannot carry it are passed over
     */
    public static void forEach(
            ConfigurableListableBeanFactory beanFactory,
            Class<? extends Annotation> annotation,
            BiConsumer<String, Class<?>> candidate) {
        for (String name : beanFactory.getBeanNamesForType(Object.class, true, false)) {
            if (ScopedProxyUtils.isScopedTarget(name)) {
                continue;
            }
            Class<?> type = AutoProxyUtils.determineTargetClass(beanFactory, name);
            if (type != null && AnnotationUtils.isCandidateClass(type, annotation)) {
                candidate.accept(name, type);
            }
        }
    }
}
