package io.rmqtx.producer;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/** The order service, and one whose methods say when their half message is sent. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(OrderApp.class)
public class TimedOrderApp {

    @Bean
    TimedOrders timedOrders(JdbcTemplate jdbc, Orders orders) {
        return new TimedOrders(jdbc);
    }
}
