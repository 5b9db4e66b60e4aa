package io.rmqtx.consumer;

import io.rmqtx.Idempotent;
import io.rmqtx.ReliableListener;
import java.lang.reflect.Method;
import org.springframework.util.ClassUtils;

/**
 * What error texts call a method.
 *
 * @param kind what it is
 * @param name bean class and method
 * @param annotation the annotation that makes it so
 */
record Subject(String kind, String name, String annotation) {

    static Subject listener(Class<?> beanClass, Method method) {
        return new Subject("Listener", nameOf(beanClass, method), "@" + ReliableListener.class.getSimpleName());
    }

    static Subject idempotent(Class<?> beanClass, Method method) {
        return new Subject("Idempotent method", nameOf(beanClass, method), "@" + Idempotent.class.getSimpleName());
    }

    private static String nameOf(Class<?> beanClass, Method method) {
        return ClassUtils.getUserClass(beanClass).getName() + "." + method.getName();
    }

    @Override
    public String toString() {
        return kind + " '" + name + "'";
    }
}
