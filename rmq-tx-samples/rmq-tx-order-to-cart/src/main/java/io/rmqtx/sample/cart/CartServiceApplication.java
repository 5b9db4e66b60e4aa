package io.rmqtx.sample.cart;

import io.rmqtx.sample.tables.V1__Tables_of_rmq_tx;
import org.flywaydb.core.api.migration.JavaMigration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Keeps the carts. */
@SpringBootApplication
public class CartServiceApplication {

    /** Starts the service. */
    public static void main(String[] args) {
        System.setProperty("spring.config.name", "cart-service");
        SpringApplication.run(CartServiceApplication.class, args);
    }

    @Bean
    JavaMigration tablesOfRmqTx() {
        return new V1__Tables_of_rmq_tx();
    }
}
