package io.rmqtx.smalltree;

import io.rmqtx.MessageContext;
import io.rmqtx.ReliableListener;
import io.rmqtx.ReliableMessage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** A service with nothing on its class path but what the starter brings, and a database driver. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class SmallTreeMain {

    private static final CountDownLatch CONSUMED = new CountDownLatch(2);

    /** Sends two messages, one larger than what the client compresses, and ends well when both are consumed. */
    public static void main(String[] args) throws InterruptedException {
        try (var context = SpringApplication.run(SmallTreeMain.class, args)) {
            Sender sender = context.getBean(Sender.class);
            sender.send("small");
            sender.send("large ".repeat(10_000));
            if (!CONSUMED.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException(CONSUMED.getCount() + " messages were not consumed");
            }
        }
        System.out.println("ALL CONSUMED");
    }

    @Bean
    DataSource dataSource() {
        return new DriverManagerDataSource("jdbc:h2:mem:small;DB_CLOSE_DELAY=-1", "sa", "");
    }

    @Bean
    PlatformTransactionManager transactionManager(DataSource dataSource) {
        return new JdbcTransactionManager(dataSource);
    }

    @Bean
    Sender sender() {
        return new Sender();
    }

    @Bean
    Receiver receiver() {
        return new Receiver();
    }

    /** Sends. */
    public static class Sender {

        /** Sends a text. */
        @ReliableMessage(topic = "${small.topic}", payload = "#text")
        public void send(String text) {
            System.out.println("business: " + text.length());
        }
    }

    /** Receives. */
    public static class Receiver {

        /** Counts. */
        @ReliableListener(topic = "${small.topic}", group = "${small.topic}-group")
        public void receive(String text, MessageContext context) {
            System.out.println("consumed " + context.messageId() + ": " + text.length());
            CONSUMED.countDown();
        }
    }
}
