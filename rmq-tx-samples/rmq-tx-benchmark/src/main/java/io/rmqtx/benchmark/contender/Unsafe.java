package io.rmqtx.benchmark.contender;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import org.apache.rocketmq.client.exception.MQClientException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Commits, and then sends. What happens in between, the death of the process above all, loses the message. */
public final class Unsafe implements Contender {

    private final HikariDataSource pool;
    private final TransactionTemplate transaction;
    private final PurchaseTable purchases;
    private final PlainSender sender;
    private final ObjectMapper json = new ObjectMapper();

    /** Creates the table, and starts the producer. */
    public Unsafe(Setup setup) throws MQClientException {
        this.pool = setup.newPool();
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
        this.purchases = new PurchaseTable(new JdbcTemplate(pool), setup);
        this.sender = new PlainSender(setup);
    }

    @Override
    public void call(Purchase purchase) throws Exception {
        transaction.executeWithoutResult(status -> purchases.insert(purchase));
        sender.send(purchase.id(), json.writeValueAsBytes(purchase));
    }

    @Override
    public boolean isSettled() {
        return true;
    }

    @Override
    public void clear() {
        purchases.clear();
    }

    @Override
    public void close() {
        sender.close();
        pool.close();
    }
}
