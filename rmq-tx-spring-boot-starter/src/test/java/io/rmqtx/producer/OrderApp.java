package io.rmqtx.producer;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** The service under test. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class OrderApp {

    @Bean
    Orders orders(JdbcTemplate jdbc) {
        return new Orders(jdbc);
    }
}
