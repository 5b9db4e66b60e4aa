package io.rmqtx.benchmark.contender;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.client.producer.TransactionSendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a careful developer writes with RocketMQ's own producer: a half message, the business row and a row of the
 * transaction log in one transaction, the commit to the broker, and a check-back that looks into the log. Writes the
 * same columns as rmq-tx. It has neither its fence, nor its acknowledged commit, nor its marks: a lost commit is found
 * by the check-back only, and what the broker has set aside is lost.
 */
public final class HandWrittenTransactional implements Contender, TransactionListener {

    private static final String MESSAGE_ID = "messageId";

    private static final String INSERT_LOG = "INSERT INTO rmq_tx_message (message_id, application, mode, status, topic,"
            + " tag, message_key, headers, payload, attempts, next_attempt_at, created_at)"
            + " VALUES (?, ?, 'TRANSACTIONAL', 'PENDING', ?, ?, ?, ?, ?, 0, ?, ?)";

    private static final long CHECK_AFTER_MILLIS = 30_000;

    private final Setup setup;
    private final HikariDataSource pool;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final PurchaseTable purchases;
    private final TransactionMQProducer producer;
    private final TimeOrderedIds ids = new TimeOrderedIds();
    private final ObjectMapper json = new ObjectMapper();

    /** Creates the tables, and starts the producer. */
    public HandWrittenTransactional(Setup setup) throws MQClientException {
        this.setup = setup;
        this.pool = setup.newPool();
        new ResourceDatabasePopulator(new ClassPathResource("io/rmqtx/sql/rmq-tx-mysql.sql")).execute(pool);
        this.jdbc = new JdbcTemplate(pool);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
        this.purchases = new PurchaseTable(jdbc);
        this.producer = new TransactionMQProducer(setup.name() + "-producer", List.of(setup.topic()));
        producer.setNamesrvAddr(setup.nameServer());
        producer.setTransactionListener(this);
        producer.setMqClientApiTimeout(Setup.PATIENCE_MILLIS);
        producer.setSendMsgTimeout(Setup.PATIENCE_MILLIS);
        producer.start();
    }

    private record Call(String messageId, Purchase purchase) {}

    @Override
    public void call(Purchase purchase) throws Exception {
        String id = ids.next();
        Message message = new Message(setup.topic(), "PLACED", purchase.id(), json.writeValueAsBytes(purchase));
        message.putUserProperty(MESSAGE_ID, id);
        TransactionSendResult result = producer.sendMessageInTransaction(message, new Call(id, purchase));
        if (result.getLocalTransactionState() != LocalTransactionState.COMMIT_MESSAGE) {
            throw new IllegalStateException("not committed: " + result);
        }
    }

    @Override
    public LocalTransactionState executeLocalTransaction(Message message, Object argument) {
        Call call = (Call) argument;
        try {
            transaction.executeWithoutResult(status -> {
                purchases.insert(call.purchase());
                log(call, message);
            });
            return LocalTransactionState.COMMIT_MESSAGE;
        } catch (RuntimeException e) {
            return LocalTransactionState.ROLLBACK_MESSAGE;
        }
    }

    private void log(Call call, Message message) {
        long now = System.currentTimeMillis();
        jdbc.update(
                INSERT_LOG,
                call.messageId(),
                setup.name(),
                message.getTopic(),
                message.getTags(),
                message.getKeys(),
                "{\"type\":\"" + call.purchase().getClass().getName() + "\",\"contentType\":\"application/json\"}",
                message.getBody(),
                now + CHECK_AFTER_MILLIS,
                now);
    }

    @Override
    public LocalTransactionState checkLocalTransaction(MessageExt message) {
        List<String> found = jdbc.queryForList(
                "SELECT status FROM rmq_tx_message WHERE message_id = ?",
                String.class,
                message.getUserProperty(MESSAGE_ID));
        return found.isEmpty() ? LocalTransactionState.UNKNOW : LocalTransactionState.COMMIT_MESSAGE;
    }

    /** Nothing is put off: the commit has left, one-way, when the call returns. */
    @Override
    public boolean isSettled() {
        return true;
    }

    @Override
    public void clear() {
        jdbc.execute("TRUNCATE TABLE rmq_tx_message");
        purchases.clear();
    }

    @Override
    public void close() {
        producer.shutdown();
        pool.close();
    }
}
