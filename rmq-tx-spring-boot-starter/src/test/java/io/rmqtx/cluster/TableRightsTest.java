package io.rmqtx.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.ClusterRequirement;
import io.rmqtx.ClusterRequirement.Kind;
import io.rmqtx.ClusterRequirements;
import io.rmqtx.MessageIds;
import io.rmqtx.ReliableListener;
import io.rmqtx.ReliableMessage;
import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.RmqTxListener.CheckBackAnswer;
import io.rmqtx.testing.RecordingListener;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** A database user that has just the rights on the tables that the list names: they are enough, and none is superfluous. */
@ParameterizedClass
@MethodSource("kinds")
class TableRightsTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    static Stream<TestDatabaseKind> kinds() {
        return TestDatabaseKind.ofThisTier().filter(kind -> kind != TestDatabaseKind.H2); // whose user may everything
    }

    @Parameter
    TestDatabaseKind kind;

    private final String name = TestApp.uniqueName("till");
    private final RecordingListener events = new RecordingListener();
    private TestDatabase database;
    private JdbcTemplate owner;
    private HikariDataSource restricted;

    @BeforeEach
    void open() {
        database = TestDatabase.of(kind);
        owner = new JdbcTemplate(database.dataSource());
        String script = kind == TestDatabaseKind.MARIADB ? "mysql" : "postgresql";
        new ResourceDatabasePopulator(new ClassPathResource("io/rmqtx/sql/rmq-tx-" + script + ".sql"))
                .execute(database.dataSource());
        owner.execute("CREATE TABLE sale (id VARCHAR(40) PRIMARY KEY)");
        owner.execute("CREATE TABLE points (id VARCHAR(40))");
        owner.execute(kind == TestDatabaseKind.MARIADB ? "CREATE USER " + user() : "CREATE ROLE " + user() + " LOGIN");
        owner.execute("GRANT SELECT, INSERT ON sale TO " + user());
        owner.execute("GRANT SELECT, INSERT ON points TO " + user());
        restricted = database.newPool(pool -> {
            pool.setUsername(name);
            pool.setMinimumIdle(0);
            pool.setInitializationFailTimeout(-1);
        });
        ROCKET_MQ.get().createTopic(name + "-sales", 2);
        ROCKET_MQ.get().createConsumerGroup(name + "-points");
    }

    @AfterEach
    void close() {
        restricted.close();
        if (kind == TestDatabaseKind.MARIADB) {
            owner.execute("DROP USER " + user());
        } else {
            owner.execute("DROP OWNED BY " + user());
            owner.execute("DROP ROLE " + user());
        }
        database.close();
    }

    private String user() {
        return kind == TestDatabaseKind.MARIADB ? "'" + name + "'@'localhost'" : name;
    }

    private void grant(String table, String right) {
        owner.execute("GRANT " + right + " ON " + table + " TO " + user());
    }

    private void revoke(String table, String right) {
        owner.execute("REVOKE " + right + " ON " + table + " FROM " + user());
    }

    private ConfigurableApplicationContext start(DataSource dataSource, String nameServer) {
        return TestApp.of(Till.App.class)
                .dataSource(dataSource)
                .nameServer(nameServer)
                .property("spring.application.name", name)
                .property("till.name", name)
                .property("rmq-tx.schema.initialize", "never")
                .property("rmq-tx.consumer.max-attempts", 16)
                .property("rmq-tx.purge.interval", "500ms")
                .singleton("recordingListener", events)
                .start();
    }

    private ConfigurableApplicationContext start() {
        return start(restricted, ROCKET_MQ.nameServerAddress());
    }

    /** What the list says, asked where there is no cluster, and of a database that is not this one. */
    private Map<String, List<String>> listed() {
        try (TestDatabase elsewhere = TestDatabase.h2()) {
            new ResourceDatabasePopulator(new ClassPathResource("io/rmqtx/sql/rmq-tx-h2.sql"))
                    .execute(elsewhere.dataSource());
            try (ConfigurableApplicationContext context = start(elsewhere.dataSource(), "127.0.0.1:1")) {
                return context.getBean(ClusterRequirements.class).list().stream()
                        .filter(one -> one.kind() == Kind.TABLE)
                        .collect(Collectors.toMap(ClusterRequirement::name, ClusterRequirement::actions));
            }
        }
    }

    @Test
    void whatTheListSaysIsEnoughAndEachRightIsNeeded() {
        Map<String, List<String>> rights = listed();
        assertThat(rights)
                .containsOnlyKeys("rmq_tx_message", "rmq_tx_consumed", "rmq_tx_store")
                .containsEntry("rmq_tx_message", List.of("SELECT", "INSERT", "UPDATE", "DELETE"))
                .containsEntry("rmq_tx_consumed", List.of("SELECT", "INSERT", "DELETE"));
        rights.forEach((table, actions) -> actions.forEach(action -> grant(table, action)));
        revoke("rmq_tx_store", "UPDATE"); // for a StoreLocator only, as the list says

        for (String table : rights.keySet()) {
            revoke(table, "SELECT");
            refusedAtStart("The table '" + table + "'", "cannot be read");
            grant(table, "SELECT");
        }
        revoke("rmq_tx_store", "INSERT");
        refusedAtStart("The table 'rmq_tx_store'", "is empty", "cannot be written");
        grant("rmq_tx_store", "INSERT");

        owner.update(
                "INSERT INTO rmq_tx_message (message_id, application, mode, status, topic, next_attempt_at, created_at)"
                        + " VALUES ('old', ?, 'OUTBOX', 'PUBLISHED', 't', 1, 1)",
                name);
        owner.update("INSERT INTO rmq_tx_consumed VALUES ('g', 'old', 'DONE', 'm', 1)");
        try (ConfigurableApplicationContext context = start()) {
            await().atMost(LONG)
                    .until(() -> owner.queryForList("SELECT 1 FROM rmq_tx_message WHERE message_id = 'old'")
                                    .isEmpty()
                            && owner.queryForList("SELECT 1 FROM rmq_tx_consumed WHERE idempotency_key = 'old'")
                                    .isEmpty());
            Till till = context.getBean(Till.class);
            everythingWorks(till, new TransactionTemplate(context.getBean(PlatformTransactionManager.class)));

            revoke("rmq_tx_message", "INSERT");
            assertThatThrownBy(() -> till.sell(new Sale("no-insert")))
                    .isInstanceOf(DataAccessException.class)
                    .rootCause()
                    .hasMessageContaining("rmq_tx_message");
            assertThat(count("sale", "no-insert")).isZero();
            await().until(() -> events.ends.get(events.ends.size() - 1).decision() == Decision.ROLLBACK);
            grant("rmq_tx_message", "INSERT");

            revoke("rmq_tx_message", "UPDATE");
            String unmarked = sell(till, "no-update");
            await().atMost(LONG).until(() -> events.lostMarks.contains(unmarked));
            assertThat(status(unmarked)).isEqualTo("PENDING");
            grant("rmq_tx_message", "UPDATE");

            revoke("rmq_tx_consumed", "INSERT");
            int failures = events.failures.size();
            sell(till, "no-key");
            await().atMost(LONG).until(() -> events.failures.size() > failures);
            assertThat(count("points", "no-key")).isZero();
            grant("rmq_tx_consumed", "INSERT");
            await().atMost(LONG).until(() -> count("points", "no-key") == 1);
        }
    }

    private void refusedAtStart(String... said) {
        assertThatThrownBy(this::start)
                .satisfies(thrown -> assertThat(causes(thrown)).anySatisfy(cause -> assertThat(cause)
                        .isInstanceOf(RmqTxConfigurationException.class)
                        .hasMessageContainingAll(said)));
    }

    private static List<Throwable> causes(Throwable thrown) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private void everythingWorks(Till till, TransactionTemplate transaction) {
        String sold = sell(till, "plain");
        await().atMost(LONG).until(() -> count("points", "plain") == 1);
        await().atMost(LONG).until(() -> status(sold).equals("PUBLISHED"));

        ROCKET_MQ.get().faults().dropEndTransaction(1);
        String checked = sell(till, "checked");
        await().atMost(LONG).until(() -> status(checked).equals("PUBLISHED"));
        await().atMost(LONG).until(() -> count("points", "checked") == 1);

        ROCKET_MQ.get().faults().dropEndTransaction(1);
        till.setFailing(true);
        assertThatThrownBy(() -> till.sell(new Sale("fenced"))).hasMessage("business says no");
        till.setFailing(false);
        String fenced = events.halves.get(events.halves.size() - 1).id().value();
        await().atMost(LONG).until(() -> status(fenced).equals("ABORTED"));
        await().atMost(LONG).until(() -> events.checks.stream()
                .anyMatch(check -> check.messageId().equals(fenced) && check.answer() == CheckBackAnswer.ROLLBACK));

        transaction.executeWithoutResult(outer -> {
            sell(till, "joined"); // whose row is looked for before the commit
        });
        await().atMost(LONG).until(() -> count("points", "joined") == 1);
        assertThat(events.failures).isEmpty();
        assertThat(events.lostMarks).isEmpty();
    }

    private static String sell(Till till, String id) {
        try (MessageIds ids = MessageIds.record()) {
            till.sell(new Sale(id));
            return ids.single();
        }
    }

    private String status(String messageId) {
        List<String> found =
                owner.queryForList("SELECT status FROM rmq_tx_message WHERE message_id = ?", String.class, messageId);
        return found.isEmpty() ? "none" : found.get(0).strip();
    }

    private int count(String table, String id) {
        Integer rows = owner.queryForObject("SELECT COUNT(*) FROM " + table + " WHERE id = ?", Integer.class, id);
        return rows == null ? 0 : rows;
    }

    /** Sells, and grants points for what it sold. It creates no table. */
    static class Till {

        private final JdbcTemplate jdbc;
        private volatile boolean failing;

        Till(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Transactional
        @ReliableMessage(topic = "${till.name}-sales")
        public void sell(Sale sale) {
            jdbc.update("INSERT INTO sale (id) VALUES (?)", sale.id());
            if (failing) {
                throw new IllegalStateException("business says no");
            }
        }

        @ReliableListener(topic = "${till.name}-sales", group = "${till.name}-points")
        public void grant(Sale sale) {
            jdbc.update("INSERT INTO points (id) VALUES (?)", sale.id());
        }

        public void setFailing(boolean failing) {
            this.failing = failing;
        }

        @Configuration(proxyBeanMethods = false)
        @EnableAutoConfiguration
        static class App {
            @Bean
            Till till(JdbcTemplate jdbc) {
                return new Till(jdbc);
            }
        }
    }
}
