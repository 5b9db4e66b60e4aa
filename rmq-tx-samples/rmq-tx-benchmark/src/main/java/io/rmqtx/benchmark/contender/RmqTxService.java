package io.rmqtx.benchmark.contender;

import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** A service with rmq-tx, with its default settings but for the patience of all contenders. */
final class RmqTxService {

    private RmqTxService() {}

    /** Starts it with its business and with settings besides. */
    static ConfigurableApplicationContext start(Setup setup, Class<?> business, Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "spring.application.name",
                setup.name(),
                "rmq-tx.name-server",
                setup.nameServer(),
                "rmq-tx.producer.send-timeout",
                Setup.PATIENCE_MILLIS + "ms",
                "rmq-tx.schema.initialize",
                "always",
                "benchmark.topic",
                setup.topic()));
        properties.putAll(more);
        return new SpringApplicationBuilder(Service.class, business)
                .web(WebApplicationType.NONE)
                .initializers(context -> context.getBeanFactory().registerSingleton("setup", setup))
                .properties(properties)
                .run();
    }

    static boolean isSettled(JdbcTemplate jdbc) {
        return jdbc.queryForList("SELECT 1 FROM rmq_tx_message WHERE status = 'PENDING' LIMIT 1")
                .isEmpty();
    }

    static void clear(JdbcTemplate jdbc) {
        jdbc.execute("TRUNCATE TABLE rmq_tx_message");
        jdbc.execute("TRUNCATE TABLE purchase");
    }

    /** What every service has. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Service {

        @Bean
        DataSource dataSource(Setup setup) {
            return setup.newPool();
        }

        @Bean
        PurchaseTable purchaseTable(JdbcTemplate jdbc, Setup setup) {
            return new PurchaseTable(jdbc, setup);
        }
    }
}
