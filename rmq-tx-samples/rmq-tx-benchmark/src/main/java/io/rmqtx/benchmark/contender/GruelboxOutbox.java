package io.rmqtx.benchmark.contender;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.Instantiator;
import com.gruelbox.transactionoutbox.Persistor;
import com.gruelbox.transactionoutbox.SpringTransactionManager;
import com.gruelbox.transactionoutbox.SpringTransactionOutboxConfiguration;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import java.time.Duration;
import javax.sql.DataSource;
import org.apache.rocketmq.client.exception.MQClientException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/**
 * The outbox of gruelbox, in its Spring form, with a plain synchronous send as the task: the row is one JSON text of two
 * strings, the task runs right after the commit on an executor as its documentation recommends it, and its flush loop
 * runs besides. A row that was sent is deleted, so there is no history.
 */
public final class GruelboxOutbox implements Contender, Backlog {

    /** Longer than a row waits in the executor's queue; as short as that allows, for rows that were left out. */
    private static final Duration NEXT_ATTEMPT = Duration.ofSeconds(30);

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final GruelboxPurchases purchases;
    private final GruelboxDelivery delivery;
    private final JdbcTemplate jdbc;
    private final int bytes;

    /** Creates the tables, and starts the producer, the executor and the flush loop. */
    public GruelboxOutbox(Setup setup) {
        this.bytes = setup.bytes();
        context.getBeanFactory().registerSingleton("setup", setup);
        context.register(Service.class);
        context.refresh();
        this.purchases = context.getBean(GruelboxPurchases.class);
        this.delivery = context.getBean(GruelboxDelivery.class);
        this.jdbc = context.getBean(JdbcTemplate.class);
        // Its migrations make a text of this column: then a flush reads and locks every row, and what is locked is left
        // out by the executor until the next attempt.
        jdbc.execute("ALTER TABLE TXNO_OUTBOX MODIFY COLUMN blocked BOOLEAN");
        delivery.start(context.getBean(TransactionOutbox.class)::flush);
    }

    @Override
    public void call(Purchase purchase) throws Exception {
        purchases.place(purchase);
    }

    @Override
    public void fill(long messages, long history) throws Exception {
        delivery.stop();
        purchases.place(Purchase.of("backlog-" + System.nanoTime(), 1, bytes));
        jdbc.update("UPDATE TXNO_OUTBOX SET nextAttemptTime = TIMESTAMPADD(HOUR, -1, nextAttemptTime)");
        RowCopies copies = new RowCopies(jdbc, "TXNO_OUTBOX", "id");
        copies.multiply("processed = FALSE", messages);
        copies.analyze();
    }

    @Override
    public void deliver() {
        delivery.start(context.getBean(TransactionOutbox.class)::flush);
    }

    @Override
    public boolean isSettled() {
        return jdbc.queryForList("SELECT 1 FROM TXNO_OUTBOX LIMIT 1").isEmpty();
    }

    @Override
    public void clear() {
        jdbc.execute("TRUNCATE TABLE TXNO_OUTBOX");
        jdbc.execute("TRUNCATE TABLE purchase");
    }

    @Override
    public void close() {
        context.close();
    }

    /** The task: what is put off until after the commit. */
    interface Sender {

        void send(String key, String body) throws Exception;
    }

    /** The service. */
    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    @Import({SpringTransactionOutboxConfiguration.class, GruelboxPurchases.class, GruelboxDelivery.class})
    static class Service {

        @Bean
        DataSource dataSource(Setup setup) {
            return setup.newPool();
        }

        @Bean
        JdbcTransactionManager transactionManager(DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        JdbcTemplate jdbcTemplate(DataSource dataSource) {
            return new JdbcTemplate(dataSource);
        }

        @Bean
        PlainSender plainSender(Setup setup) throws MQClientException {
            return new PlainSender(setup);
        }

        @Bean
        TransactionOutbox transactionOutbox(
                SpringTransactionManager transactions, GruelboxDelivery delivery, PlainSender sender) {
            Sender task = (key, body) -> sender.send(key, body.getBytes(UTF_8));
            return TransactionOutbox.builder()
                    .transactionManager(transactions)
                    .instantiator(Instantiator.using(type -> task))
                    .persistor(Persistor.forDialect(Dialect.MY_SQL_8))
                    .submitter(delivery)
                    .attemptFrequency(NEXT_ATTEMPT)
                    .serializeMdc(false)
                    .build();
        }
    }
}
