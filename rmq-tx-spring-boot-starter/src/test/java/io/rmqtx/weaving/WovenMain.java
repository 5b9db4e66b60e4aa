package io.rmqtx.weaving;

import io.rmqtx.testing.RecordingListener;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** Makes each kind of call once, and prints how many orders, log rows and half messages came of it. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class WovenMain {

    private final JdbcTemplate jdbc;
    private final RecordingListener events;

    private WovenMain(JdbcTemplate jdbc, RecordingListener events) {
        this.jdbc = jdbc;
        this.events = events;
    }

    /** Runs. */
    public static void main(String[] args) {
        try (var context = SpringApplication.run(WovenMain.class, args)) {
            WovenOrders orders = context.getBean("orders", WovenOrders.class);
            OverridingOrders overriding = context.getBean(OverridingOrders.class);
            FinalOrders finals = context.getBean(FinalOrders.class);
            WovenMain calls =
                    new WovenMain(context.getBean(JdbcTemplate.class), context.getBean(RecordingListener.class));
            calls.call("bean", orders::place);
            calls.call("self", orders::callPlace);
            calls.call("self-fails", orders::callPlaceAndFail);
            calls.call("private", orders::callPrivate);
            calls.call("two", orders::callTwoMessages);
            calls.call("outer-fails", orders::callInTransactionThatFails);
            calls.call("recursive-1,recursive-2,recursive-3", orders::placeEach);
            calls.call("final", finals::place);
            calls.call("override", overriding::place);
            calls.call("self-override", overriding::callPlace);
            calls.call("inheriting-override", overriding::placeWithTwoMessages);
            calls.call("super", overriding::callSuper);
        }
        System.out.println("ALL CALLED");
    }

    private void call(String name, Consumer<String> method) {
        int orders = count("orders");
        int rows = count("rmq_tx_message");
        int halves = events.halves.size();
        String failure = "";
        try {
            method.accept(name);
        } catch (IllegalStateException e) {
            failure = " " + e.getMessage();
        }
        System.out.println("CALL " + name + ": " + (count("orders") - orders) + " orders, "
                + (count("rmq_tx_message") - rows) + " rows, " + (events.halves.size() - halves) + " halves" + failure);
    }

    private int count(String table) {
        Integer count = jdbc.queryForObject("SELECT COUNT(*) FROM " + table, Integer.class);
        return count == null ? 0 : count;
    }

    @Bean
    static DataSource dataSource() {
        return new DriverManagerDataSource("jdbc:h2:mem:woven;DB_CLOSE_DELAY=-1", "sa", "");
    }

    @Bean
    static PlatformTransactionManager transactionManager(DataSource dataSource) {
        return new JdbcTransactionManager(dataSource);
    }

    @Bean
    static JdbcTemplate jdbcTemplate(DataSource dataSource, @Value("${rmq-tx.enabled:true}") boolean enabled) {
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        jdbc.execute("CREATE TABLE orders (id VARCHAR(40) PRIMARY KEY)");
        if (!enabled) {
            jdbc.execute("CREATE TABLE rmq_tx_message (message_id CHAR(36) PRIMARY KEY)"); // to be counted
        }
        return jdbc;
    }

    @Bean
    static RecordingListener events() {
        return new RecordingListener();
    }

    @Bean
    static WovenOrders orders(JdbcTemplate jdbc, @Value("${rmq-tx.enabled:true}") boolean transactions) {
        return new WovenOrders(jdbc, transactions);
    }

    @Bean
    static OverridingOrders overriding(JdbcTemplate jdbc, @Value("${rmq-tx.enabled:true}") boolean transactions) {
        return new OverridingOrders(jdbc, transactions);
    }

    @Bean
    static FinalOrders finals(JdbcTemplate jdbc) {
        return new FinalOrders(jdbc);
    }
}
