package io.rmqtx.autoconfigure;

import io.rmqtx.spi.RequirementSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** The self-check at start; on purpose without conditions on beans or classes. */
@AutoConfiguration
@ConditionalOnProperty(prefix = "rmq-tx", name = "enabled", matchIfMissing = true)
public final class SelfCheckAutoConfiguration {

    SelfCheckAutoConfiguration() {}

    @Bean
    static SelfCheck rmqTxSelfCheck(ConfigurableListableBeanFactory beanFactory) {
        return new SelfCheck(beanFactory);
    }

    @Bean
    static CollectedRequirements rmqTxClusterRequirements(ObjectProvider<RequirementSource> sources) {
        return new CollectedRequirements(sources);
    }
}
