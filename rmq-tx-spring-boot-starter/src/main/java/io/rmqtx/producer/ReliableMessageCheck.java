package io.rmqtx.producer;

import io.rmqtx.ReliableMessage;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.autoconfigure.AnnotatedBeans;
import io.rmqtx.autoconfigure.Mocks;
import io.rmqtx.method.InterceptedBean;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RocketMqClientSettings;
import io.rmqtx.spi.StartupCheck;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.transaction.PlatformTransactionManager;

/** Finds the annotated methods of all beans, checks everything about them that can be known, and collects the topics. */
final class ReliableMessageCheck implements StartupCheck {

    private static final Logger log = LoggerFactory.getLogger(ReliableMessageCheck.class);

    private final ConfigurableListableBeanFactory beanFactory;
    private final AnnotatedMethods methods;
    private final ReliableStores stores;
    private final HalfMessageTransport transport;
    private final RocketMqClientSettings settings;
    private final Set<String> templateTopics;
    private final Set<String> topics = new TreeSet<>();

    ReliableMessageCheck(
            ConfigurableListableBeanFactory beanFactory,
            AnnotatedMethods methods,
            ReliableStores stores,
            HalfMessageTransport transport,
            RocketMqClientSettings settings,
            Set<String> templateTopics) {
        this.beanFactory = beanFactory;
        this.methods = methods;
        this.stores = stores;
        this.transport = transport;
        this.settings = settings;
        this.templateTopics = templateTopics;
    }

    /** The topics of all annotated methods and of templates, once the check has run. */
    Set<String> topics() {
        return topics;
    }

    @Override
    public void check() {
        AnnotatedBeans.forEach(beanFactory, ReliableMessage.class, this::check);
        templateTopics.forEach(this::addTopic);
        if (!templateTopics.isEmpty()) {
            String unused = settings.application();
            openStores();
        }
    }

    /** All of them, because after a restart a check-back can ask for any that a template has used. */
    private void openStores() {
        String[] managers = beanFactory.getBeanNamesForType(PlatformTransactionManager.class);
        for (String manager : managers) {
            try {
                PlatformTransactionManager unusedManager = stores.open(manager);
            } catch (RmqTxConfigurationException e) {
                if (managers.length == 1) {
                    throw e;
                }
                log.debug("Transaction manager '{}' is of no use for templates: {}", manager, e.getMessage());
            }
        }
    }

    private void addTopic(String topic) {
        transport.checkTopic(topic);
        topics.add(topic);
    }

    private void checkManagers(AnnotatedMethod method) {
        PlatformTransactionManager rows = stores.open(method.settings().transactionManager());
        if (method.settings().ownTransaction() && stores.open(method.ownManager()) != rows) {
            throw new RmqTxConfigurationException(
                    "@ReliableMessage on " + method.name() + " uses transaction manager '"
                            + method.settings().transactionManager()
                            + "', but its @Transactional uses "
                            + (method.ownManager().isEmpty() ? "the default one" : "'" + method.ownManager() + "'")
                            + ": the transaction log row would not be in the method's transaction.",
                    "Name the same manager in both, or leave it out of @ReliableMessage.");
        }
    }

    static Set<Method> annotatedMethods(Class<?> type) {
        return MethodIntrospector.selectMethods(type, (Method method) -> AnnotatedMethods.isAnnotated(method, type));
    }

    private void check(String beanName, Class<?> type) {
        for (Method method : annotatedMethods(type)) {
            checkMethod(beanName, method);
            AnnotatedMethod parsed = methods.get(method, type);
            parsed.messages().forEach(message -> addTopic(message.topic()));
            String unused = settings.application();
            checkManagers(parsed);
            Object bean = beanFactory.getSingleton(beanName);
            // A factory's product is not at hand, and a scoped proxy only leads to a bean that is proxied itself.
            if (bean != null && !(bean instanceof FactoryBean)) {
                checkBean(beanName, bean, parsed);
            }
        }
    }

    private static void checkMethod(String beanName, Method method) {
        if (!WovenCalls.isWoven(method) || Modifier.isStatic(method.getModifiers())) {
            AdvisorChainCheck.checkMethod(beanName, method);
        }
    }

    private static void checkBean(String beanName, Object bean, AnnotatedMethod method) {
        boolean byWeaving =
                method.woven() && !(bean instanceof Advised && InterceptedBean.isInterceptable(method.method()));
        if (!byWeaving && !Mocks.isMock(bean)) {
            AdvisorChainCheck.checkBean(
                    beanName, bean, method.method(), method.settings().ownTransaction());
        }
    }

    /**
     * Checks a bean that is made after the start: a lazy one, a prototype, a factory's product.
     *
     * @throws RmqTxConfigurationException also if the start could not know of its topics
     */
    void checkLater(String beanName, Object bean, Class<?> type, Set<Method> annotated) {
        for (Method method : annotated) {
            checkMethod(beanName, method);
            AnnotatedMethod parsed = methods.get(method, type);
            checkManagers(parsed);
            checkBean(beanName, bean, parsed);
            parsed.messages().forEach(message -> {
                if (!topics.contains(message.topic())) {
                    throw new RmqTxConfigurationException(
                            "@ReliableMessage on " + parsed.name() + " (bean '" + beanName + "') sends to topic '"
                                    + message.topic()
                                    + "', which was not known at start, because the bean's declared type"
                                    + " does not have the method.",
                            "Declare the bean by its class, or list the topic in rmq-tx.producer.topics.");
                }
            });
        }
    }
}
