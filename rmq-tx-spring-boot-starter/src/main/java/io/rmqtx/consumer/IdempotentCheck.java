package io.rmqtx.consumer;

import io.rmqtx.Idempotent;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.autoconfigure.AnnotatedBeans;
import io.rmqtx.autoconfigure.Mocks;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.StartupCheck;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.util.ClassUtils;

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
            for (Method method : MethodIntrospector.selectMethods(
                    type, (Method candidate) -> IdempotentMethods.isAnnotated(candidate, type))) {
                properties.validate();
                check(beanName, type, method, transactions);
            }
        });
    }

    private void check(String beanName, Class<?> type, Method method, JoinedTransactions transactions) {
        Subject subject = Subject.idempotent(type, method);
        Object bean = beanFactory.getSingleton(beanName);
        MethodRules.refuseUncallable(method, bean, subject);
        IdempotentMethod parsed = methods.get(method, type);
        ReliableStore store = stores.forTransactionManager(parsed.transactionManager());
        transactions.check(subject, method, type, store.transactionManager());
        // A factory's product is not at hand, and a scoped proxy only leads to a bean that is proxied itself.
        if (bean != null && !(bean instanceof FactoryBean) && !Mocks.isMock(bean)) {
            String wrong = interception(bean, method);
            if (wrong != null) {
                throw new RmqTxConfigurationException(
                        subject + " (bean '" + beanName + "') is not protected, because " + wrong + ".",
                        "Let Spring create the bean, by one auto-proxy creator; put the method into its interface, or set"
                                + " spring.aop.proxy-target-class=true; give @EnableTransactionManagement an order"
                                + " above Integer.MIN_VALUE + 1.");
            }
        }
    }

    /** What is wrong with the way in which the method will be called, or null. */
    private static @Nullable String interception(Object bean, Method method) {
        if (!(bean instanceof Advised advised)) {
            return "the bean is not a Spring proxy";
        }
        if (AopUtils.isJdkDynamicProxy(bean)
                && !ClassUtils.hasMethod(bean.getClass(), method.getName(), method.getParameterTypes())) {
            return "the bean is a JDK proxy, and none of its interfaces has the method";
        }
        Advisor[] advisors = advised.getAdvisors();
        int ours = position(advisors);
        if (advised.getTargetSource() instanceof SingletonTargetSource target
                && target.getTarget() instanceof Advised within) {
            // A proxy round a proxy, as a second auto-proxy creator makes them: ours belongs into one of the two.
            if (ours < 0) {
                return interception(within, method);
            }
            if (position(within.getAdvisors()) >= 0) {
                return "the bean is proxied twice, and each proxy would insert the key";
            }
        }
        if (ours < 0) {
            return "the bean's proxy lacks rmq-tx's advisor";
        }
        boolean transactionOutside = Arrays.stream(advisors, 0, ours)
                .anyMatch(advisor -> advisor.getAdvice() instanceof TransactionInterceptor);
        return transactionOutside ? "the transaction advisor stands outside of rmq-tx's" : null;
    }

    private static int position(Advisor[] advisors) {
        for (int i = 0; i < advisors.length; i++) {
            if (advisors[i] instanceof IdempotentAdvisor) {
                return i;
            }
        }
        return -1;
    }
}
