package io.rmqtx.transfer.debit;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** Service A. */
@SpringBootApplication
public class DebitServiceApplication {

    /** Starts it. */
    public static void main(String[] args) {
        new SpringApplicationBuilder(DebitServiceApplication.class)
                .properties("spring.config.name=debit-service")
                .run(args);
    }
}
