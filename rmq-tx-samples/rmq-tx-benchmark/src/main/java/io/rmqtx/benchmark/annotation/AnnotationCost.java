package io.rmqtx.benchmark.annotation;

import io.rmqtx.ReliableMessage;
import io.rmqtx.benchmark.contender.Purchase;
import io.rmqtx.spi.HalfMessageTransport;
import io.rmqtx.spi.MessageSerializer;
import io.rmqtx.spi.ReliableStores;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

/**
 * The annotation's own cost is the difference of the two: a call of a {@code @Transactional} method that also serialises
 * its argument, and one of the same method with {@code @ReliableMessage}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class AnnotationCost {

    private static final int BYTES = 1024;

    private final Purchase purchase = Purchase.of("0123456789", 100, BYTES);
    private final ConfigurableApplicationContext context = new SpringApplicationBuilder(Service.class)
            .web(WebApplicationType.NONE)
            .properties(Map.of(
                    "spring.main.banner-mode",
                    "off",
                    "spring.autoconfigure.exclude",
                    "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                    "spring.application.name",
                    "annotation-cost",
                    "rmq-tx.name-server",
                    "127.0.0.1:9876"))
            .run();
    private final Purchases purchases = context.getBean(Purchases.class);

    /** A transaction without a message. */
    @Benchmark
    public byte[] transactionOnly() {
        return purchases.write(purchase);
    }

    /** The same with a message. */
    @Benchmark
    public byte[] reliableMessage() {
        return purchases.place(purchase);
    }

    /** Ends the service. */
    @TearDown
    public void close() {
        context.close();
    }

    /** The service. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableTransactionManagement
    static class Service {

        @Bean
        PlatformTransactionManager transactionManager() {
            return new IdleTransactionManager();
        }

        @Bean
        ReliableStores stores(PlatformTransactionManager manager) {
            return new IdleStores(manager);
        }

        @Bean
        HalfMessageTransport transport() {
            return new IdleTransport();
        }

        @Bean
        Purchases purchases(MessageSerializer serializer) {
            return new Purchases(serializer);
        }
    }

    /** Its business. */
    static class Purchases {

        private static final byte[] NOTHING = {};

        private final MessageSerializer serializer;

        Purchases(MessageSerializer serializer) {
            this.serializer = serializer;
        }

        @Transactional
        public byte[] write(Purchase purchase) {
            return serializer.serialize(purchase);
        }

        @Transactional
        @ReliableMessage(topic = "purchases", key = "#purchase.id", tag = "'PLACED'")
        public byte[] place(Purchase purchase) {
            return NOTHING;
        }
    }
}
