package io.rmqtx.store;

import io.rmqtx.RmqTxConfigurationException;
import java.util.Arrays;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.transaction.PlatformTransactionManager;

/** Finds transaction managers by the names that annotations give. */
final class TransactionManagers {

    private final ListableBeanFactory beans;

    TransactionManagers(ListableBeanFactory beans) {
        this.beans = beans;
    }

    /** How errors call it. */
    static String describe(String name) {
        return name.isEmpty() ? "(the only or primary one)" : "'" + name + "'";
    }

    PlatformTransactionManager get(String name) {
        return name.isEmpty() ? theOnlyOne() : named(name);
    }

    private PlatformTransactionManager theOnlyOne() {
        try {
            return beans.getBean(PlatformTransactionManager.class);
        } catch (NoUniqueBeanDefinitionException e) {
            throw new RmqTxConfigurationException(
                    "There are several transaction managers (" + names() + "), and none of them is primary.",
                    "Say which one by @ReliableMessage(transactionManager = ...), or mark one with @Primary.",
                    e);
        } catch (NoSuchBeanDefinitionException e) {
            throw new RmqTxConfigurationException(
                    "There is no transaction manager, so no local transaction that a message could belong to.",
                    "Configure a data source; Spring Boot then defines a JDBC transaction manager.",
                    e);
        }
    }

    private PlatformTransactionManager named(String name) {
        try {
            // Also by qualifier, as @Transactional does.
            return BeanFactoryAnnotationUtils.qualifiedBeanOfType(beans, PlatformTransactionManager.class, name);
        } catch (NoSuchBeanDefinitionException e) {
            throw new RmqTxConfigurationException(
                    "There is no transaction manager '" + name + "'; there is " + names() + ".",
                    "Name one of these by @ReliableMessage(transactionManager = ...).",
                    e);
        }
    }

    private String names() {
        String[] names = BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, PlatformTransactionManager.class);
        return names.length == 0
                ? "none"
                : String.join(
                        ", ",
                        Arrays.stream(names).sorted().map(n -> "'" + n + "'").toList());
    }
}
