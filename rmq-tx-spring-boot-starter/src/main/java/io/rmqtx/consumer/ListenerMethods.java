package io.rmqtx.consumer;

import io.rmqtx.ReliableListener;
import io.rmqtx.RmqTxConfigurationException;
import java.lang.reflect.Method;
import java.util.Set;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/** Checks annotated methods and makes them callable. What can be known to fail later is refused here. */
final class ListenerMethods {

    private final Placeholders placeholders;
    private final ConsumerProperties properties;

    ListenerMethods(ConfigurableBeanFactory beanFactory, ConsumerProperties properties) {
        this.placeholders = new Placeholders(beanFactory);
        this.properties = properties;
    }

    /**
     * Checks one method.
     *
     * @throws RmqTxConfigurationException if it cannot work
     */
    ListenerMethod of(Object bean, Class<?> beanClass, Method declared, ReliableListener annotation) {
        Subject subject = Subject.listener(beanClass, declared);
        MethodRules.refuseUncallable(declared, bean, subject);
        MethodRules.refuseAsynchronous(declared, subject);
        return new ListenerMethod(
                subject.name(),
                bean,
                invocable(bean, declared, subject),
                MethodArguments.of(declared, beanClass, subject.name()),
                ListenerNames.topic(placeholders.resolve(annotation.topic(), "topic", subject), subject),
                ListenerNames.group(placeholders.resolve(annotation.group(), "group", subject), subject),
                ListenerNames.tags(placeholders.resolve(annotation.tags(), "tags", subject), subject),
                IdempotencyKey.parse(annotation.key(), subject),
                count(annotation.maxAttempts(), properties.getMaxAttempts(), "maxAttempts", subject),
                count(annotation.threads(), properties.getThreads(), "threads", subject),
                Set.of(annotation.notRetryable()),
                annotation.transactionManager());
    }

    private static Method invocable(Object bean, Method declared, Subject subject) {
        try {
            Method method = AopUtils.selectInvocableMethod(declared, bean.getClass());
            method.setAccessible(true);
            return method;
        } catch (IllegalStateException e) {
            throw new RmqTxConfigurationException(
                    subject + " must be callable through its bean, but the bean is a proxy of type "
                            + bean.getClass().getName() + " without that method.",
                    "Declare the method in the bean's interface, or set [spring.aop.proxy-target-class] to true.",
                    e);
        }
    }

    private static int count(int value, int otherwise, String attribute, Subject subject) {
        if (value < 0) {
            throw new RmqTxConfigurationException(
                    subject + ": " + attribute + " must not be negative, but is " + value + ".",
                    "Set it to 1 or more, or leave it out for the value of [rmq-tx.consumer."
                            + (attribute.equals("threads") ? "threads" : "max-attempts") + "].");
        }
        return value == 0 ? otherwise : value;
    }
}
