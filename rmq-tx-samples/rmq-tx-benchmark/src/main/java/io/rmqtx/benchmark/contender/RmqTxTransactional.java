package io.rmqtx.benchmark.contender;

import io.rmqtx.ReliableMessage;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** rmq-tx, mode TRANSACTIONAL, with its default settings but for the patience of all contenders. */
public final class RmqTxTransactional implements Contender {

    private final ConfigurableApplicationContext context;
    private final Purchases purchases;
    private final JdbcTemplate jdbc;

    /** Starts the service. */
    public RmqTxTransactional(Setup setup) {
        this.context = RmqTxService.start(setup, Purchases.class, Map.of());
        this.purchases = context.getBean(Purchases.class);
        this.jdbc = context.getBean(JdbcTemplate.class);
    }

    @Override
    public void call(Purchase purchase) {
        purchases.place(purchase);
    }

    @Override
    public boolean isSettled() {
        return RmqTxService.isSettled(jdbc);
    }

    @Override
    public void clear() {
        RmqTxService.clear(jdbc);
    }

    @Override
    public void close() {
        context.close();
    }

    /** Its business. */
    static class Purchases {

        private final PurchaseTable table;

        Purchases(PurchaseTable table) {
            this.table = table;
        }

        @Transactional
        @ReliableMessage(topic = "${benchmark.topic}", key = "#purchase.id", tag = "'PLACED'")
        public void place(Purchase purchase) {
            table.insert(purchase);
        }
    }
}
