package io.rmqtx.producer;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.Ordered;
import org.springframework.transaction.interceptor.BeanFactoryTransactionAttributeSourceAdvisor;

/**
 * Where Spring's transaction advisor stands; read, not assumed, because {@code @EnableTransactionManagement(order =
 * ...)} moves it.
 *
 * <p>The inner advisor gets the very same order: among equals the one that was registered later stands further inside,
 * and auto-configurations register after everything of the user's. That the chain really is outer, transaction, inner
 * is checked at start for each bean.
 */
final class TransactionAdvisorOrder {

    private final BeanFactory beanFactory;

    TransactionAdvisorOrder(BeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    int outer() {
        int order = inner();
        return order == Ordered.HIGHEST_PRECEDENCE ? order : order - 1;
    }

    int inner() {
        return beanFactory.getBeanProvider(BeanFactoryTransactionAttributeSourceAdvisor.class).stream()
                .mapToInt(BeanFactoryTransactionAttributeSourceAdvisor::getOrder)
                .min()
                .orElse(Ordered.LOWEST_PRECEDENCE);
    }
}
