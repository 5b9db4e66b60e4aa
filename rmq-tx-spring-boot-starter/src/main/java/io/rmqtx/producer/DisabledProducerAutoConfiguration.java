package io.rmqtx.producer;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/** What is left of {@code @ReliableMessage} where rmq-tx is switched off: woven methods run as if it were not there. */
@AutoConfiguration
@ConditionalOnProperty(prefix = "rmq-tx", name = "enabled", havingValue = "false")
@Conditional(DisabledProducerAutoConfiguration.Weaving.class)
public final class DisabledProducerAutoConfiguration {

    private static final String ASPECTJ = "org.aspectj.lang.ProceedingJoinPoint";

    DisabledProducerAutoConfiguration() {}

    @Bean
    static DisabledWeaving rmqTxDisabledWeaving() {
        return new DisabledWeaving();
    }

    static final class Weaving implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return ClassUtils.isPresent(ASPECTJ, context.getClassLoader()) && WovenCalls.isAspectWoven();
        }
    }
}
