package io.rmqtx.benchmark.contender;

import io.rmqtx.MessageMode;
import io.rmqtx.ReliableMessage;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.annotation.Transactional;

/** rmq-tx, mode OUTBOX, with its default settings but for the patience of all contenders. */
public class RmqTxOutbox implements Contender, Backlog {

    /** As patient as all; and a lease must last much longer than a send. */
    private static final Map<String, Object> SENDING = Map.of(
            "rmq-tx.relay.send-timeout",
            Setup.PATIENCE_MILLIS + "ms",
            "rmq-tx.relay.dispatch-lease",
            4 * Setup.PATIENCE_MILLIS + "ms",
            "rmq-tx.relay.lease",
            4 * Setup.PATIENCE_MILLIS + "ms");

    private static final Map<String, Object> NOT_SENDING = Map.of("rmq-tx.relay.enabled", "false");

    private final Setup setup;
    private final JdbcTemplate aside;
    private final List<ConfigurableApplicationContext> others = new ArrayList<>();
    private ConfigurableApplicationContext context;
    private Purchases purchases;
    private JdbcTemplate jdbc;
    private long history;

    /** Starts the service. */
    public RmqTxOutbox(Setup setup) {
        this.setup = setup;
        this.aside = new JdbcTemplate(new DriverManagerDataSource(setup.jdbcUrl(), "root", ""));
        start(SENDING);
    }

    private void start(Map<String, Object> properties) {
        context = RmqTxService.start(setup, Purchases.class, properties);
        purchases = context.getBean(Purchases.class);
        jdbc = context.getBean(JdbcTemplate.class);
    }

    @Override
    public void call(Purchase purchase) {
        purchases.place(purchase);
    }

    /** A service whose relay is off leaves one message for the history and one for the backlog, and is stopped. */
    @Override
    public void fill(long messages, long history) {
        closeAll();
        start(NOT_SENDING);
        RowCopies copies = new RowCopies(aside, "rmq_tx_message", "message_id");
        if (this.history < history) {
            place("history");
            aside.update("UPDATE rmq_tx_message SET status = 'PUBLISHED', published_at = created_at"
                    + " WHERE status = 'PENDING'");
            copies.multiply("status = 'PUBLISHED'", history);
            this.history = history;
        }
        place("backlog");
        context.close();
        copies.multiply("status = 'PENDING'", messages);
        copies.analyze();
    }

    private void place(String what) {
        purchases.place(Purchase.of(what + "-" + System.nanoTime(), 1, setup.bytes()));
    }

    /** Holds the backlog until all instances run: their start is not what is measured. */
    @Override
    public void deliver() throws SQLException {
        try (Connection holder = DriverManager.getConnection(setup.jdbcUrl(), "root", "");
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.executeQuery("SELECT message_id FROM rmq_tx_message WHERE status = 'PENDING' FOR UPDATE");
            start(SENDING);
            for (int more = 1; more < instances(); more++) {
                others.add(RmqTxService.start(setup, Purchases.class, SENDING));
            }
            holder.rollback();
        }
    }

    /** How many instances publish a backlog. */
    int instances() {
        return 1;
    }

    private void closeAll() {
        others.forEach(ConfigurableApplicationContext::close);
        others.clear();
        context.close();
    }

    /** Four instances, which share the table and the process. */
    public static final class Four extends RmqTxOutbox {

        /** Starts the first one. */
        public Four(Setup setup) {
            super(setup);
        }

        @Override
        int instances() {
            return 4;
        }
    }

    @Override
    public boolean isSettled() {
        return RmqTxService.isSettled(jdbc);
    }

    @Override
    public void clear() {
        RmqTxService.clear(jdbc);
        history = 0;
    }

    @Override
    public void close() {
        closeAll();
    }

    /** Its business. */
    static class Purchases {

        private final PurchaseTable table;

        Purchases(PurchaseTable table) {
            this.table = table;
        }

        @Transactional
        @ReliableMessage(
                topic = "${benchmark.topic}",
                key = "#purchase.id",
                tag = "'PLACED'",
                mode = MessageMode.OUTBOX)
        public void place(Purchase purchase) {
            table.insert(purchase);
        }
    }
}
