package io.rmqtx.cluster;

import io.rmqtx.MessageContext;
import io.rmqtx.ReliableListener;
import io.rmqtx.ReliableMessage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;

/** A service that sends, and consumes what it sends. */
public class Shop {

    private final JdbcTemplate jdbc;
    private Runnable business = () -> {};

    Shop(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
        jdbc.execute("CREATE TABLE IF NOT EXISTS sale (id VARCHAR(40) PRIMARY KEY)");
        jdbc.execute("CREATE TABLE IF NOT EXISTS points (id VARCHAR(40))");
    }

    @Transactional
    @ReliableMessage(topic = "${shop.topic}", key = "#sale.id")
    public void sell(Sale sale) {
        jdbc.update("INSERT INTO sale (id) VALUES (?)", sale.id());
        business.run();
    }

    @ReliableListener(topic = "${shop.topic}", group = "${shop.group}", maxAttempts = 2)
    public void grant(Sale sale, MessageContext message) {
        jdbc.update("INSERT INTO points (id) VALUES (?)", sale.id());
        if (sale.id().equals("dead") || (sale.id().equals("again") && message.attempt() == 1)) {
            throw new IllegalStateException("no points for " + sale.id());
        }
    }

    /** Runs within each sale. */
    public void setBusiness(Runnable business) {
        this.business = business;
    }

    int sales() {
        return count("SELECT COUNT(*) FROM sale");
    }

    int granted(String id) {
        return count("SELECT COUNT(*) FROM points WHERE id = '" + id + "'");
    }

    private int count(String sql) {
        Integer count = jdbc.queryForObject(sql, Integer.class);
        return count == null ? 0 : count;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {
        @Bean
        Shop shop(JdbcTemplate jdbc) {
            return new Shop(jdbc);
        }
    }
}
