package io.rmqtx.transactions;

import io.rmqtx.transactions.Synchronizations.AtAfterCommit;
import io.rmqtx.transactions.Synchronizations.AtAfterRollback;
import io.rmqtx.transactions.Synchronizations.AtBeforeCommit;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** What the services of this package share. */
@Configuration(proxyBeanMethods = false)
@EnableAsync
class ShopApp {

    @Bean
    Shop shop(OrderTable table) {
        return new Shop(table);
    }

    @Bean
    Elsewhere elsewhere() {
        return new Elsewhere();
    }

    @TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
    void on(AtBeforeCommit event) {
        event.action().run();
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void on(AtAfterCommit event) {
        event.action().run();
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK)
    void on(AtAfterRollback event) {
        event.action().run();
    }
}
