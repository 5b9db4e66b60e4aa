package io.rmqtx.relay;

import io.rmqtx.ReliableMessageTemplate;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** The service of the tests. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class ShippingApp {

    @Bean
    Shipments shipments(
            JdbcTemplate jdbc, ReliableMessageTemplate template, @Value("${shipments.topic}") String topic) {
        return new Shipments(jdbc, template, topic);
    }
}
