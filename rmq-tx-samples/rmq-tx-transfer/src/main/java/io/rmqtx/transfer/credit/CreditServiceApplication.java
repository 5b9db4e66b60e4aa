package io.rmqtx.transfer.credit;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** Service B. */
@SpringBootApplication
public class CreditServiceApplication {

    /** Starts it. */
    public static void main(String[] args) {
        new SpringApplicationBuilder(CreditServiceApplication.class)
                .properties("spring.config.name=credit-service")
                .run(args);
    }
}
