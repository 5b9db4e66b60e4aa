package io.rmqtx.consumer;

import io.rmqtx.Idempotent;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.autoconfigure.AnnotatedBeans;
import io.rmqtx.autoconfigure.Mocks;
import io.rmqtx.method.InterceptedBean;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.StartupCheck;
import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.transaction.interceptor.TransactionInterceptor;

/** Finds the annotated methods of all beans, and checks everything about them that can be known. */
final class IdempotentCheck implements StartupCheck {

    private final ConfigurableListableBeanFactory beanFactory;
    private final IdempotentMethods methods;
    private final ReliableStores stores;
    private final ConsumerProperties properties;

    IdempotentCheck(
            ConfigurableListableBeanFactory beanFactory,
            IdempotentMethods methods,
            ReliableStores stores,
            ConsumerProperties properties) {
        this.beanFactory = beanFactory;
        this.methods = methods;
        this.stores = stores;
        this.properties = properties;
    }

    @Override
    public void check() {
        JoinedTransactions transactions = new JoinedTransactions(beanFactory);
        AnnotatedBeans.forEach(beanFactory, Idempotent.class, (beanName, type) -> {
            for (Method method : annotatedMethods(type)) {
                properties.validate();
                check(beanName, type, method, transactions, beanFactory.getSingleton(beanName));
            }
        });
    }

    static Set<Method> annotatedMethods(Class<?> type) {
        return MethodIntrospector.selectMethods(
                type, (Method candidate) -> IdempotentMethods.isAnnotated(candidate, type));
    }

    /**
     * Checks a bean that is made after the start: a lazy one, a prototype, a factory's product.
     *
     * @throws RmqTxConfigurationException if it is not protected
     */
    void checkLater(String beanName, Object bean, Class<?> type, Set<Method> annotated) {
        JoinedTransactions transactions = new JoinedTransactions(beanFactory);
        annotated.forEach(method -> check(beanName, type, method, transactions, bean));
    }

    private void check(
            String beanName, Class<?> type, Method method, JoinedTransactions transactions, @Nullable Object bean) {
        Subject subject = Subject.idempotent(type, method);
        MethodRules.refuseUncallable(method, bean, subject);
        IdempotentMethod parsed = methods.get(method, type);
        transactions.check(subject, method, type, stores.open(parsed.transactionManager()));
        // A factory's product is not at hand, and a scoped proxy only leads to a bean that is proxied itself.
        if (bean != null && !(bean instanceof FactoryBean) && !Mocks.isMock(bean)) {
            checkInterception(beanName, bean, method, subject);
        }
    }

    private static void checkInterception(String beanName, Object bean, Method method, Subject subject) {
        Advisor[] advisors = InterceptedBean.proxy(
                        bean, method, IdempotentCheck::isOurs, why -> notProtected(beanName, subject, why))
                .getAdvisors();
        int ours = InterceptedBean.position(advisors, IdempotentCheck::isOurs);
        int transaction = InterceptedBean.position(
                advisors, advisor -> !isOurs(advisor) && advisor.getAdvice() instanceof TransactionInterceptor);
        if (transaction >= 0 && transaction < ours) {
            throw notProtected(beanName, subject, "the transaction advisor stands outside of rmq-tx's");
        }
    }

    private static boolean isOurs(Advisor advisor) {
        return advisor instanceof IdempotentAdvisor;
    }

    private static RmqTxConfigurationException notProtected(String beanName, Subject subject, String why) {
        return new RmqTxConfigurationException(
                subject + " (bean '" + beanName + "') is not protected, because " + why + ".",
                "Let Spring create the bean, by one auto-proxy creator; put the method into its interface, or set"
                        + " spring.aop.proxy-target-class=true; give @EnableTransactionManagement an order"
                        + " above Integer.MIN_VALUE + 1.");
    }
}
