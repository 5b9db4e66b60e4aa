package io.rmqtx.chaos.service;

import io.rmqtx.transfer.debit.AccountMapper;
import io.rmqtx.transfer.debit.TransferMapper;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** What the sending service of the sample does not show: mode OUTBOX, and order. */
@Configuration(proxyBeanMethods = false)
class OutboxConfiguration {

    @Bean
    OutboxTransferService outboxTransferService(AccountMapper accounts, TransferMapper transfers) {
        return new OutboxTransferService(accounts, transfers);
    }

    @Bean
    @ConditionalOnProperty("chaos.numbers-topic")
    NumberService numberService(JdbcTemplate jdbc) {
        return new NumberService(jdbc);
    }
}
