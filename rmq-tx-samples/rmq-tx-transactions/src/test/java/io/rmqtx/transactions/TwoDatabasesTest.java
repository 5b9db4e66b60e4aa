package io.rmqtx.transactions;

import static io.rmqtx.transactions.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.MessageIds;
import io.rmqtx.ReliableMessage;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.embedded.FaultSwitches;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.RecordingListener;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Two databases and two transaction managers in one application. */
@ParameterizedClass
@MethodSource("io.rmqtx.transactions.Tiers#h2")
public class TwoDatabasesTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    @Parameter
    TestDatabaseKind kind;

    private final String application = TestApp.uniqueName("branches");
    private final String topic = TestApp.uniqueName("BRANCHES");
    private EmbeddedRocketMq broker;
    private TestDatabase north;
    private TestDatabase south;
    private Service service;

    @BeforeEach
    void start() {
        broker = ROCKET_MQ.get();
        broker.createTopic(topic, 1);
        north = TestDatabase.of(kind);
        south = TestDatabase.of(kind);
        for (TestDatabase database : List.of(north, south)) {
            new JdbcTemplate(database.dataSource())
                    .execute("CREATE TABLE orders (id VARCHAR(40) PRIMARY KEY, amount INT)");
        }
        service = new Service(app -> app, Both.class);
    }

    @AfterEach
    void stop() {
        service.close();
        north.close();
        south.close();
    }

    /** A running instance. */
    private final class Service implements AutoCloseable {
        final RecordingListener events = new RecordingListener();
        final ConfigurableApplicationContext context;
        final Branches branches;

        Service(UnaryOperator<TestApp> settings, Class<?>... configurations) {
            context = settings.apply(TestApp.of(configurations)
                            .nameServer(broker.nameServerAddress())
                            .property("spring.application.name", application)
                            .property("spring.autoconfigure.exclude", HibernateJpaAutoConfiguration.class.getName())
                            .property("spring.data.jpa.repositories.enabled", false)
                            .property("orders.topic", topic)
                            .singleton("northDataSource", north.dataSource())
                            .singleton("southDataSource", south.dataSource())
                            .singleton("recordingListener", events))
                    .start();
            branches = context.getBeanProvider(Branches.class).getIfAvailable();
        }

        TransactionTemplate transaction(String manager) {
            return new TransactionTemplate(context.getBean(manager, PlatformTransactionManager.class));
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /** An order service with a database for each half of the country. */
    public static class Branches {
        private final JdbcTemplate north;
        private final JdbcTemplate south;

        Branches(HikariDataSource north, HikariDataSource south) {
            this.north = new JdbcTemplate(north);
            this.south = new JdbcTemplate(south);
        }

        /** The message names the manager; the transaction is ours. */
        @ReliableMessage(topic = Shop.TOPIC, key = "#order.id", transactionManager = "northManager")
        public void north(Order order) {
            insert(north, order);
        }

        /** The transaction names the manager. */
        @Transactional("southManager")
        @ReliableMessage(topic = Shop.TOPIC, key = "#order.id")
        public void south(Order order) {
            insert(south, order);
        }

        /** Both name it, one by its qualifier. */
        @Transactional(transactionManager = "the-south")
        @ReliableMessage(topic = Shop.TOPIC, key = "#order.id", transactionManager = "southManager")
        public void southByQualifier(Order order) {
            insert(south, order);
        }

        /** In a transaction of its own. */
        @Transactional(transactionManager = "northManager", propagation = Propagation.REQUIRES_NEW)
        @ReliableMessage(topic = Shop.TOPIC, key = "#order.id")
        public void northAnew(Order order) {
            insert(north, order);
        }

        private static void insert(JdbcTemplate jdbc, Order order) {
            jdbc.update("INSERT INTO orders (id, amount) VALUES (?, ?)", order.id(), order.amount());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Both {
        @Bean
        JdbcTransactionManager northManager(@Qualifier("northDataSource") HikariDataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        @Qualifier("the-south")
        DataSourceTransactionManager southManager(@Qualifier("southDataSource") HikariDataSource dataSource) {
            return new DataSourceTransactionManager(dataSource);
        }

        @Bean
        Branches branches(
                @Qualifier("northDataSource") HikariDataSource north,
                @Qualifier("southDataSource") HikariDataSource south) {
            return new Branches(north, south);
        }
    }

    /** Sends from the north alone, so that it has no other store. */
    public static class NorthBranch {
        /** Sends. */
        @ReliableMessage(topic = Shop.TOPIC, key = "#order.id", transactionManager = "northManager")
        public void north(Order order) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class NorthOnly {
        @Bean
        JdbcTransactionManager northManager(@Qualifier("northDataSource") HikariDataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        JdbcTransactionManager southManager(@Qualifier("southDataSource") HikariDataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        NorthBranch northBranch() {
            return new NorthBranch();
        }
    }

    private static List<String> orders(TestDatabase database) {
        return new JdbcTemplate(database.dataSource()).queryForList("SELECT id FROM orders ORDER BY id", String.class);
    }

    private static List<String> logged(TestDatabase database) {
        return new JdbcTemplate(database.dataSource())
                .queryForList(
                        "SELECT message_key FROM rmq_tx_message WHERE status <> 'ABORTED' ORDER BY message_key",
                        String.class);
    }

    private static Order order(String id) {
        return new Order(id, 5);
    }

    private void assertVisible(int messages) {
        await().until(() -> broker.messages(topic).size() == messages);
    }

    @Test
    void eachRowIsInTheDatabaseOfItsTransaction() {
        service.branches.north(order("n"));
        service.branches.south(order("s"));
        service.branches.southByQualifier(order("t"));

        assertVisible(3);
        assertThat(logged(north)).containsExactly("n").isEqualTo(orders(north));
        assertThat(logged(south)).containsExactly("s", "t").isEqualTo(orders(south));
    }

    @Test
    void eachOuterTransactionDecidesOnItsOwnMessages() {
        service.transaction("northManager").executeWithoutResult(outer -> {
            service.branches.north(order("n"));
            outer.setRollbackOnly();
        });
        service.transaction("southManager").executeWithoutResult(outer -> service.branches.south(order("s")));

        assertVisible(1);
        assertThat(logged(north)).isEmpty();
        assertThat(orders(north)).isEmpty();
        assertThat(logged(south)).containsExactly("s").isEqualTo(orders(south));
    }

    @Test
    void insideATransactionOfTheOtherManagerACallIsATransactionOfItsOwn() {
        service.transaction("southManager").executeWithoutResult(outer -> {
            service.branches.south(order("s"));
            service.branches.north(order("n"));
            assertThat(logged(north)).as("committed already").containsExactly("n");
            outer.setRollbackOnly();
        });

        assertVisible(1);
        assertThat(orders(north)).containsExactly("n");
        assertThat(logged(south)).isEmpty();
        assertThat(orders(south)).isEmpty();
    }

    @Test
    void aTransactionThatHidesTheCallsOwnIsRefused() {
        service.transaction("northManager").executeWithoutResult(outer -> service.transaction("southManager")
                .executeWithoutResult(hiding -> {
                    assertThat(catchThrowable(() -> service.branches.north(order("n"))))
                            .isInstanceOf(IllegalTransactionStateException.class)
                            .hasMessageContaining("another transaction manager")
                            .hasMessageContaining("REQUIRES_NEW");
                    service.branches.northAnew(order("m"));
                    service.branches.south(order("s"));
                }));

        assertVisible(2);
        assertThat(logged(north)).containsExactly("m").isEqualTo(orders(north));
        assertThat(logged(south)).containsExactly("s").isEqualTo(orders(south));
    }

    @Test
    void aCheckBackFindsTheStoreAlsoOnAnotherInstance() {
        broker.faults().dropEndTransaction(FaultSwitches.ALWAYS);
        service.branches.north(order("n"));
        service.branches.south(order("s"));
        await().until(() -> broker.faults().seenCommits() >= 2);
        service.close();
        assertThat(broker.messages(topic)).isEmpty();
        broker.faults().reset();

        try (Service other = new Service(app -> app, Both.class)) {
            assertVisible(2);
            await().until(() -> other.events.marked.size() == 2);
        }
        assertThat(logged(north)).containsExactly("n");
        assertThat(logged(south)).containsExactly("s");
    }

    @Test
    void anInstanceThatHasOnlyOneOfTheStoresLeavesTheOtherAlone() {
        broker.faults().dropEndTransaction(FaultSwitches.ALWAYS);
        String id;
        try (MessageIds ids = MessageIds.record()) {
            service.branches.south(order("s"));
            id = ids.single();
        }
        service.branches.north(order("n"));
        await().until(() -> broker.faults().seenCommits() >= 2);
        service.close();
        broker.faults().reset();

        try (Service half = new Service(app -> app, NorthOnly.class)) {
            assertVisible(1);
            await().until(() -> half.events.checks.stream()
                    .anyMatch(check ->
                            check.messageId().equals(id) && check.reason().equals("unknown store")));
            assertThat(half.events.checks)
                    .filteredOn(check -> check.messageId().equals(id))
                    .allMatch(check -> check.answer() == CheckBackAnswer.UNKNOWN);
        }
        try (Service both = new Service(app -> app, Both.class)) {
            assertVisible(2);
            assertThat(both.events.halves).isEmpty();
        }
    }

    @Test
    void aManagerWithoutTablesIsRefusedAtStartByName() {
        assertThatThrownBy(() -> {
                    new JdbcTemplate(south.dataSource()).execute("DROP TABLE rmq_tx_store");
                    new Service(app -> app.property("rmq-tx.schema.initialize", "never"), Both.class).close();
                })
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining("southManager");
    }

    @Test
    void aMethodWithoutANameIsRefusedWhereNoManagerIsPrimary() {
        assertThatThrownBy(() -> new Service(app -> app, Both.class, Nameless.class).close())
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining("'northManager'")
                .hasMessageContaining("'southManager'");
    }

    /** Does not say which. */
    public static class NamelessBranch {
        /** Sends. */
        @ReliableMessage(topic = Shop.TOPIC)
        public void send(Order order) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Nameless {
        @Bean
        NamelessBranch namelessBranch() {
            return new NamelessBranch();
        }
    }
}
