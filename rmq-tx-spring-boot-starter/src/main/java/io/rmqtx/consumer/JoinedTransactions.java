package io.rmqtx.consumer;

import io.rmqtx.RmqTxConfigurationException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;

/** Refuses methods whose own transaction settings would separate the effect from its idempotency key. */
final class JoinedTransactions {

    private final BeanFactory beanFactory;
    private final TransactionAttributeSource attributes;

    JoinedTransactions(BeanFactory beanFactory) {
        this.beanFactory = beanFactory;
        TransactionAttributeSource configured =
                beanFactory.getBeanProvider(TransactionAttributeSource.class).getIfUnique();
        this.attributes = configured != null ? configured : new AnnotationTransactionAttributeSource(false);
    }

    void check(Subject subject, Method method, Class<?> beanClass, PlatformTransactionManager keys) {
        TransactionAttribute attribute = attributes.getTransactionAttribute(method, beanClass);
        if (attribute == null) {
            return;
        }
        String wrong =
                switch (attribute.getPropagationBehavior()) {
                    case TransactionDefinition.PROPAGATION_REQUIRES_NEW -> "propagation REQUIRES_NEW";
                    case TransactionDefinition.PROPAGATION_NOT_SUPPORTED -> "propagation NOT_SUPPORTED";
                    case TransactionDefinition.PROPAGATION_NEVER -> "propagation NEVER";
                    default -> attribute.isReadOnly() ? "readOnly = true" : null;
                };
        if (wrong == null && !usesManagerOfKeys(attribute, keys)) {
            wrong = "another transaction manager";
        }
        if (wrong != null) {
            throw new RmqTxConfigurationException(
                    subject + " must run in the transaction of its idempotency key, but its @Transactional has " + wrong
                            + ".",
                    "Remove @Transactional from the method (it has a transaction), or let it join: the default"
                            + " propagation, and the manager that " + subject.annotation()
                            + "(transactionManager = ...) names.");
        }
    }

    private boolean usesManagerOfKeys(TransactionAttribute attribute, PlatformTransactionManager keys) {
        TransactionManager used = manager(attribute.getQualifier());
        return used == null || used == keys;
    }

    // Null: it cannot be told. Spring then says itself what is wrong, at the first call.
    private @Nullable TransactionManager manager(@Nullable String qualifier) {
        try {
            return qualifier == null || qualifier.isEmpty()
                    ? beanFactory.getBean(TransactionManager.class)
                    : BeanFactoryAnnotationUtils.qualifiedBeanOfType(beanFactory, TransactionManager.class, qualifier);
        } catch (BeansException e) {
            return null;
        }
    }
}
