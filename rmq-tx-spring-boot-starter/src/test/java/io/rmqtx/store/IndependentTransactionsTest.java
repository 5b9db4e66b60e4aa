package io.rmqtx.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.rmqtx.testing.TestDatabaseKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** A JPA transaction binds its connection in this very way: without any mark that a transaction uses it. */
final class IndependentTransactionsTest {

    private StoreFixture fixture;

    @BeforeEach
    void open() {
        fixture = StoreFixture.on(TestDatabaseKind.H2, pool -> {});
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void leaveTheConnectionOfAJpaTransactionAlone() throws SQLException {
        try (Connection business = fixture.dataSource.getConnection()) {
            business.setAutoCommit(false);
            TransactionSynchronizationManager.bindResource(fixture.dataSource, new ConnectionHolder(business));
            try {
                fixture.jdbc.update("INSERT INTO rmq_tx_store VALUES (2, 'business', 1, 1)");

                assertThat(fixture.store.messages().fence(StoreFixture.message().id(), "t", Duration.ofSeconds(1)))
                        .isTrue();

                assertThat(business.getAutoCommit()).isFalse();
                business.rollback();
                assertThat(fixture.jdbc.queryForObject("SELECT COUNT(*) FROM rmq_tx_store WHERE id = 2", Long.class))
                        .isZero();
                assertThat(fixture.jdbc.queryForObject("SELECT COUNT(*) FROM rmq_tx_message", Long.class))
                        .isEqualTo(1);
            } finally {
                TransactionSynchronizationManager.unbindResource(fixture.dataSource);
                business.setAutoCommit(true);
            }
        }
    }
}
