package io.rmqtx.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.store.StoreProperties.Initialize;
import io.rmqtx.testing.TestDatabase;
import io.rmqtx.testing.TestDatabaseKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What must hold for the tables on every database. */
abstract class SchemaContract {

    private final TestDatabaseKind kind;
    private final String script;
    private TestDatabase database;

    SchemaContract(TestDatabaseKind kind, String script) {
        this.kind = kind;
        this.script = script;
    }

    @BeforeEach
    void open() {
        database = TestDatabase.of(kind);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private String storeId(Initialize initialize) {
        return StoreFixture.stores(database.dataSource(), initialize)
                .forTransactionManager("")
                .id();
    }

    @Test
    void theIdentityStaysTheSame() {
        String id = storeId(Initialize.ALWAYS);

        assertThat(id).hasSize(36);
        assertThat(storeId(Initialize.ALWAYS)).isEqualTo(id);
        assertThat(storeId(Initialize.NEVER)).isEqualTo(id);
    }

    @Test
    void instancesThatStartAtOnceAgree() throws Exception {
        int instances = 6;
        CyclicBarrier start = new CyclicBarrier(instances);
        ExecutorService threads = Executors.newFixedThreadPool(instances);
        try {
            List<Future<String>> ids = new ArrayList<>();
            warmUp(instances);
            for (int i = 0; i < instances; i++) {
                ids.add(threads.submit(() -> {
                    start.await(10, SECONDS);
                    return storeId(Initialize.ALWAYS);
                }));
            }
            HashSet<String> different = new HashSet<>();
            for (Future<String> id : ids) {
                different.add(id.get(30, SECONDS));
            }
            assertThat(different).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Opens so many connections, so that the instances do not meet one after the other. */
    private void warmUp(int connections) throws SQLException {
        List<Connection> open = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            open.add(database.dataSource().getConnection());
        }
        for (Connection connection : open) {
            connection.close();
        }
    }

    @Test
    void aMissingTableIsNamedWithTheScriptThatCreatesIt() {
        assertThatThrownBy(() -> storeId(Initialize.NEVER))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll(
                        "rmq_tx_message", "jdbc:", script, "rmq-tx.schema.initialize=always", "does not exist")
                .hasMessageNotContainingAny("?", ";");
    }

    @Test
    void aMissingColumnIsFound() {
        storeId(Initialize.ALWAYS);
        new JdbcTemplate(database.dataSource()).execute("ALTER TABLE rmq_tx_consumed DROP COLUMN state");

        assertThatThrownBy(() -> storeId(Initialize.ALWAYS))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll("rmq_tx_consumed", script);
    }

    @Test
    void anOlderSchemaIsRefused() {
        storeId(Initialize.ALWAYS);
        new JdbcTemplate(database.dataSource()).update("UPDATE rmq_tx_store SET schema_version = 0");

        assertThatThrownBy(() -> storeId(Initialize.ALWAYS))
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContainingAll("version 0", "upgrade");
    }

    @Test
    void onlyAnEmbeddedDatabaseIsInitializedByDefault() {
        if (kind == TestDatabaseKind.H2) {
            assertThat(storeId(Initialize.EMBEDDED)).isNotEmpty();
        } else {
            assertThatThrownBy(() -> storeId(Initialize.EMBEDDED)).isInstanceOf(RmqTxConfigurationException.class);
        }
    }

    @Test
    void aPoolWithoutAutoCommitWorks() {
        String id = StoreFixture.stores(database.newPool(pool -> pool.setAutoCommit(false)), Initialize.ALWAYS)
                .forTransactionManager("")
                .id();

        assertThat(storeId(Initialize.NEVER)).isEqualTo(id);
    }
}
