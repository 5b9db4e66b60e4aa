package io.rmqtx.serialize;

import io.rmqtx.spi.MessageSerializer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** The default serializer. */
@AutoConfiguration
@ConditionalOnProperty(prefix = "rmq-tx", name = "enabled", matchIfMissing = true)
public final class SerializeAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    static MessageSerializer rmqTxMessageSerializer() {
        return new JsonMessageSerializer();
    }
}
