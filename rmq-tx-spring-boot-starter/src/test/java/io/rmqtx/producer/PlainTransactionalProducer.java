package io.rmqtx.producer;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is written by hand: a transaction log in the business transaction, read by the check-back. For comparison. */
final class PlainTransactionalProducer implements AutoCloseable {

    final String topic;
    final Set<String> asked = ConcurrentHashMap.newKeySet();

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final TransactionMQProducer producer;
    private final ExecutorService checks = Executors.newFixedThreadPool(4);

    PlainTransactionalProducer(String nameServer, DataSource dataSource, String topic) throws MQClientException {
        this.topic = topic;
        jdbc = new JdbcTemplate(dataSource);
        jdbc.execute("CREATE TABLE sent (id VARCHAR(40) PRIMARY KEY)");
        transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        producer = new TransactionMQProducer(topic + "-producer");
        producer.setNamesrvAddr(nameServer);
        producer.setInstanceName(topic);
        producer.setPollNameServerInterval(500);
        producer.setHeartbeatBrokerInterval(500);
        producer.setSendMsgMaxTimeoutPerRequest(500); // so that there is time for the second try
        producer.setExecutorService(checks);
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object business) {
                transaction.executeWithoutResult(status -> {
                    jdbc.update("INSERT INTO sent (id) VALUES (?)", message.getKeys());
                    ((Runnable) business).run();
                });
                return LocalTransactionState.COMMIT_MESSAGE;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                boolean committed = !jdbc.queryForList("SELECT id FROM sent WHERE id = ?", message.getKeys())
                        .isEmpty();
                asked.add(message.getKeys());
                return committed ? LocalTransactionState.COMMIT_MESSAGE : LocalTransactionState.UNKNOW;
            }
        });
        producer.start();
    }

    void send(String key, Runnable business) {
        try {
            producer.sendMessageInTransaction(
                    new Message(topic, null, key, key.getBytes(StandardCharsets.UTF_8)), business);
        } catch (MQClientException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        producer.shutdown();
        checks.shutdown();
    }
}
