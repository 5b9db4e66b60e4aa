package io.rmqtx.benchmark.contender;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.sysflag.MessageSysFlag;
import org.apache.rocketmq.remoting.RemotingClient;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.apache.rocketmq.remoting.protocol.RequestCode;
import org.apache.rocketmq.remoting.protocol.ResponseCode;
import org.apache.rocketmq.remoting.protocol.header.EndTransactionRequestHeader;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * As {@link HandWrittenTransactional}, but the commit is acknowledged by the broker, off the calling thread, and the
 * acknowledged rows are marked, many in one statement: what it costs to know that a message is published, in the least
 * code that does it. Still without a fence, without a look at what is visible, and with the end of a half message on
 * whatever connection there is.
 */
@SuppressWarnings("deprecation") // there is no other way to the connection
public class HandWrittenAcknowledged implements Contender, TransactionListener {

    private static final String MESSAGE_ID = "messageId";
    private static final int MARK_BATCH = 256;
    private static final long MARK_DELAY_MILLIS = 50;

    private final Setup setup;
    private final HikariDataSource pool;
    private final TransactionTemplate transaction;
    private final HandWrittenLog log;
    private final PurchaseTable purchases;
    private final TransactionMQProducer producer;
    private final RemotingClient remoting;
    private final TimeOrderedIds ids = new TimeOrderedIds();
    private final ObjectMapper json = new ObjectMapper();
    private final LinkedBlockingQueue<String> acknowledged = new LinkedBlockingQueue<>();
    private final Thread marker = new Thread(this::mark, "mark");

    /** Creates the tables, and starts the producer. */
    public HandWrittenAcknowledged(Setup setup) throws Exception {
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
        this.remoting = producer.getDefaultMQProducerImpl()
                .getMqClientFactory()
                .getMQClientAPIImpl()
                .getRemotingClient();
        marker.setDaemon(true);
        marker.start();
    }

    @Override
    public void call(Purchase purchase) throws Exception {
        String id = ids.next();
        Message message = new Message(setup.topic(), "PLACED", purchase.id(), json.writeValueAsBytes(purchase));
        message.putUserProperty(MESSAGE_ID, id);
        complete(message, id, purchase);
        MessageAccessor.putProperty(message, MessageConst.PROPERTY_TRANSACTION_PREPARED, "true");
        MessageAccessor.putProperty(message, MessageConst.PROPERTY_PRODUCER_GROUP, producer.getProducerGroup());
        SendResult half = producer.send(message);
        if (half.getSendStatus() != SendStatus.SEND_OK) {
            throw new IllegalStateException("not stored: " + half);
        }
        transaction.executeWithoutResult(status -> {
            purchases.insert(purchase);
            insert(log, id, message, purchase);
        });
        commit(half, id);
    }

    /** What else the message is to say. */
    void complete(Message message, String id, Purchase purchase) {}

    void insert(HandWrittenLog log, String id, Message message, Purchase purchase) {
        log.insert(id, message, Purchase.class);
    }

    void mark(HandWrittenLog log, List<String> ids) {
        log.markPublished(ids);
    }

    private void commit(SendResult half, String id) throws Exception {
        EndTransactionRequestHeader header = new EndTransactionRequestHeader();
        header.setTopic(setup.topic());
        header.setProducerGroup(producer.getProducerGroup());
        header.setTransactionId(half.getTransactionId());
        header.setCommitLogOffset(
                MessageDecoder.decodeMessageId(half.getOffsetMsgId()).getOffset());
        header.setTranStateTableOffset(half.getQueueOffset());
        header.setMsgId(half.getMsgId());
        header.setBrokerName(half.getMessageQueue().getBrokerName());
        header.setCommitOrRollback(MessageSysFlag.TRANSACTION_COMMIT_TYPE);
        String broker = producer.getDefaultMQProducerImpl()
                .getMqClientFactory()
                .findBrokerAddressInPublish(half.getMessageQueue().getBrokerName());
        var unused = remoting.invoke(
                        broker,
                        RemotingCommand.createRequestCommand(RequestCode.END_TRANSACTION, header),
                        Setup.PATIENCE_MILLIS)
                .thenAccept(answer -> {
                    if (answer.getCode() == ResponseCode.SUCCESS) {
                        acknowledged.add(id);
                    }
                });
    }

    private void mark() {
        List<String> batch = new ArrayList<>();
        try {
            while (true) {
                batch.add(acknowledged.take());
                TimeUnit.MILLISECONDS.sleep(MARK_DELAY_MILLIS);
                acknowledged.drainTo(batch, MARK_BATCH - 1);
                mark(log, batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public LocalTransactionState executeLocalTransaction(Message message, Object argument) {
        throw new IllegalStateException("not called: halves are sent by send()");
    }

    @Override
    public LocalTransactionState checkLocalTransaction(MessageExt message) {
        return log.contains(message.getUserProperty(MESSAGE_ID))
                ? LocalTransactionState.COMMIT_MESSAGE
                : LocalTransactionState.UNKNOW;
    }

    @Override
    public boolean isSettled() {
        return acknowledged.isEmpty() && log.isMarked();
    }

    @Override
    public void clear() {
        log.clear();
        purchases.clear();
    }

    @Override
    public void close() {
        marker.interrupt();
        producer.shutdown();
        pool.close();
    }
}
