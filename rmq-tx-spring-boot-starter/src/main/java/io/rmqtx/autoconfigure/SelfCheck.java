package io.rmqtx.autoconfigure;

import io.rmqtx.Idempotent;
import io.rmqtx.ReliableListener;
import io.rmqtx.ReliableMessage;
import io.rmqtx.ReliableMessages;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.StartupCheck;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Runs the features' checks when all singletons are there. Before that it makes sure that the features are there at
 * all: an auto-configuration whose conditions silently stopped to match would leave annotated methods without effect.
 */
final class SelfCheck implements SmartInitializingSingleton {

    private static final String PRODUCER = "io.rmqtx.producer.ProducerAutoConfiguration";
    private static final String CONSUMER = "io.rmqtx.consumer.ConsumerAutoConfiguration";

    private final ConfigurableListableBeanFactory beanFactory;

    SelfCheck(ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (!isActive(PRODUCER)) {
            refuse(ReliableMessage.class, PRODUCER);
            refuse(ReliableMessages.class, PRODUCER);
        }
        if (!isActive(CONSUMER)) {
            refuse(ReliableListener.class, CONSUMER);
            refuse(Idempotent.class, CONSUMER);
        }
        beanFactory.getBeanProvider(StartupCheck.class).orderedStream().forEach(StartupCheck::check);
    }

    private boolean isActive(String autoConfiguration) {
        return beanFactory.containsBean(autoConfiguration);
    }

    private void refuse(Class<? extends Annotation> annotation, String autoConfiguration) {
        AnnotatedBeans.forEach(beanFactory, annotation, (name, type) -> {
            for (Method method : MethodIntrospector.selectMethods(
                    type, (Method candidate) -> AnnotatedElementUtils.hasAnnotation(candidate, annotation))) {
                throw new RmqTxConfigurationException(
                        "@" + annotation.getSimpleName() + " on " + type.getSimpleName() + "." + method.getName()
                                + "() (bean '" + name + "') has no effect, because " + autoConfiguration
                                + " is not active.",
                        "Do not exclude it, and use a Spring Boot version that rmq-tx supports; to switch rmq-tx off as a"
                                + " whole set rmq-tx.enabled=false.");
            }
        });
    }
}
