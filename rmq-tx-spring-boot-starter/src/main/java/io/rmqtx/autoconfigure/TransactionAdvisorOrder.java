package io.rmqtx.autoconfigure;

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
public final class TransactionAdvisorOrder {

    private final BeanFactory beanFactory;

    /** With the factory that has the advisor. */
    public TransactionAdvisorOrder(BeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    /** Outside of everything else of ours, for the advice whose transaction the others are to join. */
    public int outermost() {
        return before(outer());
    }

    /** Just outside the transaction. */
    public int outer() {
        return before(inner());
    }

    private static int before(int order) {
        return order == Ordered.HIGHEST_PRECEDENCE ? order : order - 1;
    }

    /** Just inside the transaction. */
    public int inner() {
        return beanFactory.getBeanProvider(BeanFactoryTransactionAttributeSourceAdvisor.class).stream()
                .mapToInt(BeanFactoryTransactionAttributeSourceAdvisor::getOrder)
                .min()
                .orElse(Ordered.LOWEST_PRECEDENCE);
    }
}
