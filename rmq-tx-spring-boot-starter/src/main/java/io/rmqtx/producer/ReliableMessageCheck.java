package io.rmqtx.producer;

import io.rmqtx.ReliableMessage;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.autoconfigure.AnnotatedBeans;
import io.rmqtx.autoconfigure.Mocks;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RocketMqClientSettings;
import io.rmqtx.spi.StartupCheck;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.aop.framework.Advised;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.transaction.PlatformTransactionManager;

/** Finds the annotated methods of all beans, checks everything about them that can be known, and collects the topics. */
final class ReliableMessageCheck implements StartupCheck {

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
            if (beanFactory.getBeanNamesForType(PlatformTransactionManager.class).length == 1) {
                ReliableStore unusedStore =
                        stores.forTransactionManager(""); // with several, the code that calls chooses
            }
        }
    }

    private void addTopic(String topic) {
        transport.checkTopic(topic);
        topics.add(topic);
    }

    private void checkManagers(AnnotatedMethod method) {
        ReliableStore rows = stores.forTransactionManager(method.settings().transactionManager());
        if (method.settings().ownTransaction() && stores.forTransactionManager(method.ownManager()) != rows) {
            throw new RmqTxConfigurationException(
                    "@ReliableMessage on " + method.name() + " uses transaction manager '"
                            + method.settings().transactionManager()
                            + "', but its @Transactional uses "
                            + (method.ownManager().isEmpty() ? "the default one" : "'" + method.ownManager() + "'")
                            + ": the transaction log row would not be in the method's transaction.",
                    "Name the same manager in both, or leave it out of @ReliableMessage.");
        }
    }

    private void check(String beanName, Class<?> type) {
        Set<Method> annotated =
                MethodIntrospector.selectMethods(type, (Method method) -> AnnotatedMethods.isAnnotated(method, type));
        for (Method method : annotated) {
            boolean woven = WovenCalls.isWoven(method);
            if (!woven || Modifier.isStatic(method.getModifiers())) {
                AdvisorChainCheck.checkMethod(beanName, method);
            }
            AnnotatedMethod parsed = methods.get(method, type);
            parsed.messages().forEach(message -> addTopic(message.topic()));
            String unused = settings.application();
            checkManagers(parsed);
            Object bean = beanFactory.getSingleton(beanName);
            // A factory's product is not at hand, and a scoped proxy only leads to a bean that is proxied itself.
            boolean byWeaving = woven && !(bean instanceof Advised && AdvisorChainCheck.isInterceptable(method));
            if (!byWeaving && bean != null && !(bean instanceof FactoryBean) && !Mocks.isMock(bean)) {
                AdvisorChainCheck.checkBean(
                        beanName, bean, method, parsed.settings().ownTransaction());
            }
        }
    }
}
