package io.rmqtx.demo;

import io.rmqtx.ReliableListener;
import io.rmqtx.demo.points.Alerts;
import io.rmqtx.demo.points.OrderCreated;
import io.rmqtx.demo.points.ParcelNews;
import io.rmqtx.demo.points.PointsGrants;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A points service with a common mistake: its key is the broker's id, which every copy of a message has anew. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({Alerts.class, ParcelNews.class})
class BrokerIdPointsService {

    @Bean
    Listener listener(JdbcClient database) {
        return new Listener(new PointsGrants(database));
    }

    static class Listener {

        private final PointsGrants grants;

        Listener(PointsGrants grants) {
            this.grants = grants;
        }

        @ReliableListener(
                topic = "${demo.orders-topic}",
                group = "points-service",
                tags = "CREATED",
                key = "#context.brokerMessageId",
                maxAttempts = 3)
        public void grant(OrderCreated order) {
            grants.grant(order);
        }
    }
}
