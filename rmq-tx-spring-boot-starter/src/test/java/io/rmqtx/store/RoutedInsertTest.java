package io.rmqtx.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.FencedTransactionException;
import io.rmqtx.MessageMode;
import io.rmqtx.StoreRouteException;
import io.rmqtx.spi.ConsumedKeys;
import io.rmqtx.spi.KeyBusyException;
import io.rmqtx.spi.OutgoingMessage;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.store.StoreProperties.Initialize;
import io.rmqtx.testing.TestDatabaseKind;
import io.rmqtx.testing.TwoRegions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** Behind a routing data source the database itself refuses what does not belong into it. */
@ParameterizedClass
@MethodSource("io.rmqtx.testing.TestDatabaseKind#ofThisTier")
class RoutedInsertTest {

    @Parameter
    TestDatabaseKind kind;

    private TwoRegions regions;
    private ReliableStore us;
    private TransactionTemplate tx;

    @BeforeEach
    void open() {
        regions = new TwoRegions(kind);
        DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
        beans.registerSingleton("tx", new JdbcTransactionManager(regions.routing));
        beans.registerSingleton("locator", regions.locator());
        DefaultReliableStores stores = new DefaultReliableStores(
                beans, new StoreDialects(List.of()), Initialize.ALWAYS, Duration.ofSeconds(1), "orders");
        TwoRegions.travel("us");
        us = stores.forTransactionManager("tx");
        tx = new TransactionTemplate(us.transactionManager());
    }

    @AfterEach
    void close() {
        regions.close();
    }

    private void insert(OutgoingMessage... messages) {
        us.messages().insert(List.of(messages), MessageMode.TRANSACTIONAL, StoreFixture.HOUR, Duration.ZERO);
    }

    @Test
    void inItsOwnDatabaseEverythingIsWritten() {
        tx.executeWithoutResult(status -> insert(StoreFixture.message(), StoreFixture.message()));
        OutgoingMessage[] many =
                Stream.generate(StoreFixture::message).limit(300).toArray(OutgoingMessage[]::new);
        tx.executeWithoutResult(status -> insert(many));

        assertThat(key("k")).isEqualTo(ConsumedKeys.Outcome.INSERTED);
        assertThat(key("k")).isEqualTo(ConsumedKeys.Outcome.DUPLICATE);
        assertThat(regions.count("us", "rmq_tx_message")).isEqualTo(302);
        assertThat(regions.count("us", "rmq_tx_consumed")).isOne();
        assertThat(us.messages().find(many[299].id().value())).isPresent();
        assertThat(us.messages().markPublished(List.of(many[299].id().value()))).isOne();
        nothingIn("eu");
    }

    /** As the consumer does it: an insert that was slow is taken for one that waited, and repeated in a fresh transaction. */
    private ConsumedKeys.Outcome key(String key) {
        Optional<ConsumedKeys.Outcome> outcome = Optional.empty();
        while (outcome.isEmpty()) {
            outcome = tx.<Optional<ConsumedKeys.Outcome>>execute(status -> insert(key, status));
        }
        return outcome.get();
    }

    private Optional<ConsumedKeys.Outcome> insert(String key, TransactionStatus status) {
        try {
            return Optional.of(us.consumedKeys().insert("group", key, "id"));
        } catch (KeyBusyException e) {
            assertThat(e.isReleased()).as("nobody else is there").isTrue();
            status.setRollbackOnly();
            return Optional.empty();
        }
    }

    private void nothingIn(String region) {
        assertThat(regions.count(region, "rmq_tx_message")).isZero();
        assertThat(regions.count(region, "rmq_tx_consumed")).isZero();
    }

    @Test
    void inAnotherDatabaseARowIsRefused() {
        TwoRegions.travel("eu");
        for (OutgoingMessage[] rows : List.of(
                new OutgoingMessage[] {StoreFixture.message()},
                new OutgoingMessage[] {StoreFixture.message(), StoreFixture.message()})) {
            assertThatThrownBy(() -> tx.executeWithoutResult(status -> insert(rows)))
                    .isInstanceOf(StoreRouteException.class)
                    .hasMessageContainingAll("'us'", regions.us.url().replaceFirst(";.*", ""), us.id())
                    .hasMessageContaining(regions.eu.url().replaceFirst(";.*", ""));
        }
        // Who swallows the refusal commits nothing of it either.
        assertThatCode(() -> tx.executeWithoutResult(status -> assertThatThrownBy(() -> insert(StoreFixture.message()))
                        .isInstanceOf(StoreRouteException.class)))
                .doesNotThrowAnyException();
        nothingIn("eu");
        nothingIn("us");
    }

    @Test
    void inAnotherDatabaseAKeyIsRefusedAlsoWhereItExists() {
        key("in-us");
        regions.jdbc("eu")
                .update("INSERT INTO rmq_tx_consumed (consumer_group, idempotency_key, state, message_id, consumed_at)"
                        + " VALUES ('group', 'in-eu', 'DONE', 'id', 1)");

        TwoRegions.travel("eu");
        for (String key : List.of("in-us", "in-eu", "new")) {
            assertThatThrownBy(() -> key(key))
                    .isInstanceOf(StoreRouteException.class)
                    .hasMessageContaining("'us'");
        }
        assertThat(regions.count("eu", "rmq_tx_consumed")).isOne();
        assertThat(regions.count("us", "rmq_tx_consumed")).isOne();
    }

    @Test
    void aDatabaseWithoutTheTablesIsAnotherDatabase() {
        for (String table : List.of("rmq_tx_message", "rmq_tx_consumed", "rmq_tx_store")) {
            regions.jdbc("eu").execute("DROP TABLE " + table);
        }
        TwoRegions.travel("eu");
        assertThatThrownBy(() -> tx.executeWithoutResult(status -> insert(StoreFixture.message())))
                .isInstanceOf(StoreRouteException.class)
                .hasMessageContaining("without the tables");
        assertThatThrownBy(() -> key("k"))
                .isInstanceOf(StoreRouteException.class)
                .hasMessageContaining("without the tables");
    }

    @Test
    void aCallThatIsTooOldIsStillToldSo() {
        OutgoingMessage old = StoreFixture.message(Instant.now().minus(StoreFixture.HOUR.multipliedBy(2)));
        assertThatThrownBy(() -> tx.executeWithoutResult(status -> insert(StoreFixture.message(), old)))
                .isInstanceOf(FencedTransactionException.class);
        nothingIn("us");
    }

    @Test
    void nothingIsWrittenInAReadOnlyTransaction() {
        tx.setReadOnly(true);
        assertThatThrownBy(() -> tx.executeWithoutResult(status -> insert(StoreFixture.message())))
                .isInstanceOf(IllegalTransactionStateException.class)
                .hasMessageContaining("read-only");
        nothingIn("us");
    }
}
