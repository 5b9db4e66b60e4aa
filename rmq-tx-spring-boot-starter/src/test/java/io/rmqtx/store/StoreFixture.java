package io.rmqtx.store;

import com.zaxxer.hikari.HikariConfig;
import io.rmqtx.spi.ConsumedKeys;
import io.rmqtx.spi.KeyBusyException;
import io.rmqtx.spi.MessageId;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A store on a fresh database, as an application has it. */
final class StoreFixture implements AutoCloseable {

    static final Duration HOUR = Duration.ofHours(1);

    private static final UuidV7Generator IDS = new UuidV7Generator(Clock.systemUTC());

    final TestDatabase database;
    final DataSource dataSource;
    final ReliableStore store;
    final JdbcTemplate jdbc;
    final TransactionTemplate tx;

    private StoreFixture(TestDatabase database, DataSource dataSource, Duration keyWait) {
        this.database = database;
        this.dataSource = dataSource;
        this.store =
                stores(dataSource, StoreProperties.Initialize.ALWAYS, keyWait).forTransactionManager("");
        this.jdbc = new JdbcTemplate(dataSource);
        this.tx = new TransactionTemplate(store.transactionManager());
    }

    static StoreFixture on(TestDatabaseKind kind, Consumer<HikariConfig> pool) {
        TestDatabase database = TestDatabase.of(kind);
        return new StoreFixture(database, database.newPool(pool), Duration.ofSeconds(1));
    }

    static DefaultReliableStores stores(DataSource dataSource, StoreProperties.Initialize initialize) {
        return stores(dataSource, initialize, Duration.ofSeconds(1));
    }

    private static DefaultReliableStores stores(
            DataSource dataSource, StoreProperties.Initialize initialize, Duration keyWait) {
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        beans.registerSingleton("transactionManager", new JdbcTransactionManager(dataSource));
        return new DefaultReliableStores(beans, new StoreDialects(List.of()), initialize, keyWait, "orders");
    }

    static OutgoingMessage message() {
        return message(IDS.next());
    }

    static OutgoingMessage message(MessageId id) {
        return new OutgoingMessage(
                id,
                "order-events",
                "CREATED",
                "order-1",
                Map.of("name", "\u00e4 \"\uD83D\uDE00\""),
                "{\"a\":1}".getBytes(StandardCharsets.UTF_8));
    }

    /** A message whose id was made at another time. */
    static OutgoingMessage message(Instant createdAt) {
        return message(new MessageId(IDS.next().value(), createdAt));
    }

    String status(OutgoingMessage message) {
        return store.messages()
                .find(message.id().value())
                .map(found -> found.status().name())
                .orElse("none");
    }

    /** Runs a consumer's transaction: rolls back where the key is busy. */
    <T> T consume(ThrowingSupplier<T> work) throws KeyBusyException {
        try {
            return tx.execute(status -> {
                try {
                    return work.get();
                } catch (KeyBusyException e) {
                    throw new Busy(e);
                }
            });
        } catch (Busy e) {
            throw e.busy;
        }
    }

    ConsumedKeys.Outcome insertKey(String key) throws KeyBusyException {
        return consume(() -> store.consumedKeys().insert("points", key, "m-1"));
    }

    <T> T inTransaction(Supplier<T> work) {
        return tx.execute(status -> work.get());
    }

    @Override
    public void close() {
        database.close();
    }

    /** Work that can find the key busy. */
    interface ThrowingSupplier<T> {

        T get() throws KeyBusyException;
    }

    private static final class Busy extends RuntimeException {

        private static final long serialVersionUID = 1L;

        final transient KeyBusyException busy;

        Busy(KeyBusyException busy) {
            super(busy);
            this.busy = busy;
        }
    }
}
