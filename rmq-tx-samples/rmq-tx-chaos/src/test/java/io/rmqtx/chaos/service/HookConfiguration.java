package io.rmqtx.chaos.service;

import io.rmqtx.MessageContext;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.MessageTransport;
import io.rmqtx.spi.ReliableStores;
import io.rmqtx.spi.RmqTxListener;
import io.rmqtx.transfer.credit.CreditMapper;
import io.rmqtx.transfer.debit.AccountMapper;
import io.rmqtx.transfer.debit.TransferMapper;
import java.util.Objects;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Puts the hooks round the ports of a service that knows nothing of them. */
@Configuration(proxyBeanMethods = false)
class HookConfiguration {

    @Bean
    static BeanPostProcessor hooks() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof HalfMessageTransport transport) {
                    return new HookedTransport(transport);
                }
                if (bean instanceof MessageTransport transport) {
                    return new HookedMessageTransport(transport);
                }
                if (bean instanceof ReliableStores stores) {
                    return new HookedStores(stores);
                }
                if (bean instanceof JdbcTransactionManager manager) {
                    return new HookedTransactionManager(Objects.requireNonNull(manager.getDataSource()));
                }
                return mapper(bean);
            }
        };
    }

    private static Object mapper(Object bean) {
        if (bean instanceof AccountMapper) {
            return HookedMapper.of(
                    AccountMapper.class, bean, "withdraw", CrashPoint.BEFORE_BUSINESS, CrashPoint.WITHIN_BUSINESS);
        }
        if (bean instanceof TransferMapper) {
            return HookedMapper.of(TransferMapper.class, bean, "insert", null, CrashPoint.AFTER_BUSINESS);
        }
        if (bean instanceof io.rmqtx.transfer.credit.AccountMapper) {
            return HookedMapper.of(
                    io.rmqtx.transfer.credit.AccountMapper.class, bean, "deposit", CrashPoint.BEFORE_EFFECT, null);
        }
        if (bean instanceof CreditMapper) {
            return HookedMapper.of(CreditMapper.class, bean, "insert", null, CrashPoint.AFTER_EFFECT);
        }
        return bean;
    }

    /** Says when the service begins to stop. */
    @Bean
    static ApplicationListener<ContextClosedEvent> stopping() {
        return closed -> Lines.say("STOPPING");
    }

    @Bean
    HookedConsumer hookedConsumer() {
        return new HookedConsumer();
    }

    @Bean
    RmqTxListener observer(Tally tally) {
        return new RmqTxListener() {
            @Override
            public void checkBackAnswered(String messageId, CheckBackAnswer answer, String reason) {
                Lines.say("CHECKED " + messageId + " " + answer);
            }

            @Override
            public void duplicateRefused(MessageContext context, String key) {
                tally.add(Tally.Count.DUPLICATES);
                Lines.say("DUPLICATE " + context.messageId());
            }
        };
    }
}
