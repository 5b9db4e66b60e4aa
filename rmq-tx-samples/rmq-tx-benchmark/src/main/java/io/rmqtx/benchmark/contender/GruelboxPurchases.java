package io.rmqtx.benchmark.contender;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** The business with gruelbox's outbox: a row of its own, and the row of the task, in one transaction. */
class GruelboxPurchases {

    private final PurchaseTable table;
    private final TransactionOutbox outbox;
    private final ObjectMapper json = new ObjectMapper();

    GruelboxPurchases(JdbcTemplate jdbc, Setup setup, TransactionOutbox outbox) {
        this.table = new PurchaseTable(jdbc, setup);
        this.outbox = outbox;
    }

    @Transactional(rollbackFor = Exception.class)
    public void place(Purchase purchase) throws Exception {
        table.insert(purchase);
        outbox.schedule(GruelboxOutbox.Sender.class).send(purchase.id(), json.writeValueAsString(purchase));
    }
}
