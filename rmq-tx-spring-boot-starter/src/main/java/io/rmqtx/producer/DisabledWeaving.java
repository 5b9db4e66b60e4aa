package io.rmqtx.producer;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Lets woven calls through where rmq-tx is switched off. It is there before all beans, which may call such methods while
 * they are made.
 */
final class DisabledWeaving implements BeanFactoryPostProcessor, DisposableBean {

    private @Nullable WovenCalls calls;

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
        calls = WovenCalls.untouched(beanFactory);
    }

    @Override
    public void destroy() {
        if (calls != null) {
            calls.destroy();
        }
    }
}
