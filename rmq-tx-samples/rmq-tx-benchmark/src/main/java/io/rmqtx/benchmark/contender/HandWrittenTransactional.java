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
import org.springframework.jdbc.core.JdbcTemplate;
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

    private final Setup setup;
    private final HikariDataSource pool;
    private final HandWrittenLog log;
    private final TransactionTemplate transaction;
    private final PurchaseTable purchases;
    private final TransactionMQProducer producer;
    private final TimeOrderedIds ids = new TimeOrderedIds();
    private final ObjectMapper json = new ObjectMapper();

    /** Creates the tables, and starts the producer. */
    public HandWrittenTransactional(Setup setup) throws MQClientException {
        this.setup = setup;
        this.pool = setup.newPool();
        this.log = new HandWrittenLog(pool, setup.name());
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
        this.purchases = new PurchaseTable(new JdbcTemplate(pool), setup);
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
                log.insert(call.messageId(), message, Purchase.class);
            });
            return LocalTransactionState.COMMIT_MESSAGE;
        } catch (RuntimeException e) {
            return LocalTransactionState.ROLLBACK_MESSAGE;
        }
    }

    @Override
    public LocalTransactionState checkLocalTransaction(MessageExt message) {
        return log.contains(message.getUserProperty(MESSAGE_ID))
                ? LocalTransactionState.COMMIT_MESSAGE
                : LocalTransactionState.UNKNOW;
    }

    /** Nothing is put off: the commit has left, one-way, when the call returns. */
    @Override
    public boolean isSettled() {
        return true;
    }

    @Override
    public void clear() {
        log.clear();
        purchases.clear();
    }

    @Override
    public void close() {
        producer.shutdown();
        pool.close();
    }
}
