package io.rmqtx.transactions;

import static io.rmqtx.transactions.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.rmqtx.embedded.EmbeddedRocketMq;
import io.rmqtx.embedded.StoredMessage;
import io.rmqtx.spi.HalfMessageTransport.Decision;
import io.rmqtx.spi.MessageHeaders;
import io.rmqtx.testing.RecordingListener;
import io.rmqtx.testing.RecordingListener.End;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A running shop on a database and a topic of its own, and what tests ask of it.
 *
 * <p>Both tables have a column that the database itself fills with the session (on PostgreSQL: the transaction) that
 * wrote the row. Committed state is read through another pool.
 */
final class ShopService implements AutoCloseable {

    static final int POOL_SIZE = 4;

    final EmbeddedRocketMq broker;
    final String topic = TestApp.uniqueName("SHOP");
    final RecordingListener events = new RecordingListener();
    final HikariDataSource pool;
    final JdbcTemplate committed;
    final ConfigurableApplicationContext context;
    final Shop shop;

    private final TestDatabase database;
    private final List<String> committedSoFar = new ArrayList<>();
    private final Set<String> sentSoFar = new HashSet<>();
    private String prefix = "";

    ShopService(EmbeddedRocketMq broker, TestDatabaseKind kind, Access access, Manager manager) {
        this(broker, kind, access, manager, POOL_SIZE, app -> app);
    }

    ShopService(
            EmbeddedRocketMq broker,
            TestDatabaseKind kind,
            Access access,
            Manager manager,
            int poolSize,
            UnaryOperator<TestApp> settings,
            Class<?>... more) {
        this.broker = broker;
        this.database = TestDatabase.of(kind);
        this.pool = database.newPool(config -> config.setMaximumPoolSize(poolSize));
        this.committed = new JdbcTemplate(database.newPool(config -> config.setMaximumPoolSize(2)));
        broker.createTopic(topic, 1);
        committed.execute("CREATE TABLE orders (id VARCHAR(40) PRIMARY KEY, amount INT, written_by VARCHAR(40) DEFAULT "
                + writer(kind) + ")");
        List<Class<?>> configurations = new ArrayList<>(List.of(more));
        configurations.addAll(List.of(access.configuration, manager.configuration, ShopApp.class));
        TestApp app = TestApp.of(configurations.toArray(Class[]::new))
                .dataSource(pool)
                .nameServer(broker.nameServerAddress())
                .property("orders.topic", topic)
                .property("spring.jpa.hibernate.ddl-auto", "none")
                // A busy machine is not what is tested here.
                .property("rmq-tx.producer.late-send-timeout", "10s")
                .property("rmq-tx.producer.send-timeout", "10s")
                .property("rmq-tx.producer.commit-within", "10s")
                .property("spring.data.jpa.repositories.enabled", false)
                .property("mybatis-plus.global-config.banner", false)
                .singleton("recordingListener", events);
        if (manager != Manager.JPA) {
            app.property("spring.autoconfigure.exclude", HibernateJpaAutoConfiguration.class.getName());
        }
        this.context = settings.apply(app).start();
        this.shop = context.getBean(Shop.class);
        committed.execute("ALTER TABLE rmq_tx_message ADD COLUMN written_by VARCHAR(40) DEFAULT " + writer(kind));
    }

    private static String writer(TestDatabaseKind kind) {
        return switch (kind) {
            case H2 -> "CAST(SESSION_ID() AS VARCHAR)";
            case MARIADB -> "(CONNECTION_ID())";
            case POSTGRESQL -> "CAST(txid_current() AS VARCHAR)";
        };
    }

    /** The orders of the next test are its own. */
    void nextTest() {
        prefix = TestApp.uniqueName("t") + "-";
        sentSoFar.addAll(halves());
        events.halves.clear();
        broker.faults().reset();
    }

    /** An order of this test. */
    Order order(String name) {
        return new Order(prefix + name, 5);
    }

    /** Runs something in an outer transaction. */
    void transaction(Consumer<TransactionStatus> outer) {
        transaction(new DefaultTransactionDefinition(), outer);
    }

    void transaction(TransactionDefinition definition, Consumer<TransactionStatus> outer) {
        new TransactionTemplate(context.getBean(PlatformTransactionManager.class), definition)
                .executeWithoutResult(outer);
    }

    void transaction(int propagation, Consumer<TransactionStatus> outer) {
        transaction(new DefaultTransactionDefinition(propagation), outer);
    }

    /** How many rows of this test others can see: business rows and rows of the transaction log. */
    int committedRows() {
        Integer rows = committed.queryForObject(
                "SELECT (SELECT COUNT(*) FROM orders WHERE id LIKE ?)"
                        + " + (SELECT COUNT(*) FROM rmq_tx_message WHERE message_key LIKE ? AND status <> 'ABORTED')",
                Integer.class,
                prefix + "%",
                prefix + "%");
        return rows == null ? 0 : rows;
    }

    /** The names of this test's messages that consumers see, with their copies. */
    List<String> visible() {
        return visibleKeys().stream()
                .filter(key -> key.startsWith(prefix))
                .map(this::name)
                .toList();
    }

    private List<String> visibleKeys() {
        return broker.messages(topic).stream().map(ShopService::key).sorted().toList();
    }

    private static String key(StoredMessage message) {
        String keys = message.property("KEYS");
        String id = message.property(MessageHeaders.MESSAGE_ID);
        return keys.substring(id.length()).trim();
    }

    private String name(String id) {
        return id.substring(prefix.length());
    }

    /**
     * Asserts that exactly these orders of this test were committed, each with its log row, written by the same session,
     * and with its message; and that nothing is left behind. An order with several messages is named once for each.
     */
    void assertCommitted(String... names) {
        List<String> expected = Arrays.stream(names).sorted().toList();
        awaitEnds();
        assertThat(column("SELECT id FROM orders WHERE id LIKE ?"))
                .as("business rows")
                .containsExactlyInAnyOrderElementsOf(Set.copyOf(expected));
        assertThat(column("SELECT message_key FROM rmq_tx_message WHERE message_key LIKE ? AND status <> 'ABORTED'"))
                .as("rows of the transaction log")
                .isEqualTo(expected);
        assertThat(column("SELECT m.message_key FROM rmq_tx_message m JOIN orders o ON o.id = m.message_key"
                        + " AND o.written_by = m.written_by WHERE m.message_key LIKE ?"))
                .as("written by the session that wrote the business row")
                .isEqualTo(expected);
        await().untilAsserted(() -> assertThat(visible()).as("messages").isEqualTo(expected));
        assertNothingLeftOver();
        expected.forEach(name -> committedSoFar.add(prefix + name));
    }

    /** Asserts that neither a business row nor a message of this test became visible. */
    void assertNothingCommitted() {
        assertCommitted();
    }

    /** Every half message of this test was ended, or is left to its check-back. */
    private void awaitEnds() {
        await().untilAsserted(() -> {
            List<String> open = new ArrayList<>(halves());
            open.removeAll(events.skipped);
            open.removeAll(ended());
            assertThat(open).as("half messages that nobody ended").isEmpty();
        });
    }

    private List<String> halves() {
        return events.halves.stream().map(half -> half.id().value()).toList();
    }

    private Set<String> ended() {
        return events.ends.stream().map(End::messageId).collect(Collectors.toSet());
    }

    /** What became of this test's half messages. */
    List<Decision> decisions() {
        return events.ends.stream()
                .filter(end -> halves().contains(end.messageId()))
                .map(End::decision)
                .toList();
    }

    /** Asserts that after the check-backs, too, nothing else is visible than what the tests so far have asserted. */
    void assertCheckBacksChangedNothing() {
        sentSoFar.addAll(halves());
        Set<String> left = new HashSet<>(events.skipped);
        left.retainAll(sentSoFar); // where nothing was sent, nothing is asked
        await().untilAsserted(() -> assertThat(ended()).containsAll(left));
        assertThat(visibleKeys()).isEqualTo(committedSoFar.stream().sorted().toList());
    }

    private List<String> column(String sql) {
        return committed.queryForList(sql, String.class, prefix + "%").stream()
                .map(this::name)
                .sorted()
                .toList();
    }

    void assertNothingLeftOver() {
        assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
        assertThat(TransactionSynchronizationManager.isActualTransactionActive())
                .isFalse();
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
        await().untilAsserted(() -> assertThat(pool.getHikariPoolMXBean().getActiveConnections())
                .as("connections in use")
                .isZero());
    }

    @Override
    public void close() {
        context.close();
        database.close();
    }
}
