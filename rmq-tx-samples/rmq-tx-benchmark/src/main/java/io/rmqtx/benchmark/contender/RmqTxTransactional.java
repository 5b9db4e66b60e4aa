package io.rmqtx.benchmark.contender;

import io.rmqtx.ReliableMessage;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** rmq-tx, mode TRANSACTIONAL, with its default settings but for the patience of all contenders. */
public final class RmqTxTransactional implements Contender {

    private final ConfigurableApplicationContext context;
    private final Purchases purchases;
    private final JdbcTemplate jdbc;

    /** Starts the service. */
    public RmqTxTransactional(Setup setup) {
        this.context = new SpringApplicationBuilder(Service.class)
                .web(WebApplicationType.NONE)
                .initializers(context -> context.getBeanFactory().registerSingleton("setup", setup))
                .properties(Map.of(
                        "spring.application.name",
                        setup.name(),
                        "rmq-tx.name-server",
                        setup.nameServer(),
                        "rmq-tx.producer.send-timeout",
                        Setup.PATIENCE_MILLIS + "ms",
                        "rmq-tx.schema.initialize",
                        "always",
                        "benchmark.topic",
                        setup.topic()))
                .run();
        this.purchases = context.getBean(Purchases.class);
        this.jdbc = context.getBean(JdbcTemplate.class);
    }

    @Override
    public void call(Purchase purchase) {
        purchases.place(purchase);
    }

    @Override
    public boolean isSettled() {
        return jdbc.queryForList("SELECT 1 FROM rmq_tx_message WHERE status = 'PENDING' LIMIT 1")
                .isEmpty();
    }

    @Override
    public void clear() {
        jdbc.execute("TRUNCATE TABLE rmq_tx_message");
        jdbc.execute("TRUNCATE TABLE purchase");
    }

    @Override
    public void close() {
        context.close();
    }

    /** The service. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Service {

        @Bean
        DataSource dataSource(Setup setup) {
            return setup.newPool();
        }

        @Bean
        Purchases purchases(JdbcTemplate jdbc) {
            return new Purchases(new PurchaseTable(jdbc));
        }
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
