package io.rmqtx.store;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.StoreDialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.EncodedResource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ScriptException;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/** Creates the tables where asked, checks that they are as this version needs them, and reads their identity. */
final class StoreSchema {

    /** What the scripts of this version create. */
    static final int VERSION = 1;

    private static final Logger log = LoggerFactory.getLogger(StoreSchema.class);

    /**
     * Instances that start at once make each other fail where "if not exists" is no lock. Each failure means that another
     * one has just created what this one wanted, so there are no more of them than statements; these are far fewer.
     */
    private static final int ATTEMPTS = 30;

    private static final Map<String, String> COLUMNS = columns();

    private final DataSource dataSource;
    private final IndependentTransactions independent;
    private final StoreDialect dialect;
    private final String url;

    StoreSchema(DataSource dataSource, IndependentTransactions independent, StoreDialect dialect) {
        this.dataSource = dataSource;
        this.independent = independent;
        this.dialect = dialect;
        this.url = url(dataSource);
    }

    private static Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put(
                JdbcMessageLog.TABLE,
                "message_id, seq, application, mode, status, topic, tag, message_key, order_key, headers, payload,"
                        + " payload_length,"
                        + " attempts, next_attempt_at, lease_owner, last_error, created_at,"
                        + " published_at, confirmed_at, deliver_at");
        columns.put(JdbcConsumedKeys.TABLE, "consumer_group, idempotency_key, state, message_id, consumed_at");
        columns.put("rmq_tx_store", "id, store_id, schema_version, created_at");
        return columns;
    }

    /** Every statement there is, for tests of the SQL itself. */
    static List<String> statements(StoreDialect dialect) {
        return List.of(insertStore(dialect), SELECT_STORE, WRITE_NOTHING);
    }

    /** Creates, checks, and returns the identity. */
    String open(StoreProperties.Initialize initialize) {
        boolean create = initialize == StoreProperties.Initialize.ALWAYS
                || (initialize == StoreProperties.Initialize.EMBEDDED && isEmbedded());
        if (create) {
            create();
        }
        COLUMNS.forEach(this::checkTable);
        return identity();
    }

    /** Where the database is, without secrets. */
    String url() {
        return url;
    }

    /**
     * Refuses a database that cannot be written, such as a replica. The statement matches no row, so that it locks
     * none: on InnoDB the inserts behind a routing data source share a lock on the one row.
     */
    void refuseReplica() {
        try {
            var unused = independent.call(jdbc -> jdbc.update(WRITE_NOTHING));
        } catch (DataAccessResourceFailureException e) {
            throw e;
        } catch (DataAccessException e) {
            throw new RmqTxConfigurationException(
                    "The table 'rmq_tx_store' in " + url + " cannot be written: the database is a replica, or its user"
                            + " lacks the right to update it.",
                    "Use the primary database, with a user that may write the tables of rmq-tx.",
                    e);
        }
    }

    private boolean isEmbedded() {
        return url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:h2:tcp:") && !url.startsWith("jdbc:h2:ssl:");
    }

    private void create() {
        ClassPathResource script = new ClassPathResource(script());
        if (!script.exists()) {
            throw new RmqTxConfigurationException(
                    "The tables of rmq-tx should be created in " + url + " [rmq-tx.schema.initialize], but dialect '"
                            + dialect.name() + "' has no script '" + script() + "' on the class path.",
                    "Add the script, or create the tables by your own means and set rmq-tx.schema.initialize=never.");
        }
        for (int attempt = 1; ; attempt++) {
            try {
                run(script);
                return;
            } catch (ScriptException e) {
                if (attempt == ATTEMPTS) {
                    throw new RmqTxConfigurationException(
                            "The tables of rmq-tx could not be created in " + url + " by the script '" + script()
                                    + "'.",
                            "Give the data source's user the right to create tables, or run the script with another"
                                    + " user and set rmq-tx.schema.initialize=never.",
                            e);
                }
                log.debug("The tables could not be created in {}, attempt {}.", url, attempt, e);
            }
        }
    }

    /** On a connection of its own, whatever the thread holds: some databases commit with every CREATE. */
    private void run(ClassPathResource script) {
        try (Connection connection = dataSource.getConnection()) {
            ScriptUtils.executeSqlScript(
                    connection, new EncodedResource(script, java.nio.charset.StandardCharsets.UTF_8));
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("No connection to " + url + ".", e);
        }
    }

    private void checkTable(String table, String columns) {
        String select = "SELECT " + columns + " FROM " + table + " WHERE 1 = 0";
        try {
            independent.call(jdbc -> jdbc.queryForList(select).size());
        } catch (DataAccessResourceFailureException e) {
            throw e;
        } catch (DataAccessException e) {
            throw new RmqTxConfigurationException(
                    "The table '" + table + "' in " + url + " does not exist, lacks a column, or cannot be read.",
                    "Run the script '" + script() + "' from the rmq-tx jar in that database, or set"
                            + " rmq-tx.schema.initialize=always.",
                    e);
        }
    }

    /** The random identity of these tables; whoever starts first writes it, and everybody reads it afterwards. */
    private String identity() {
        Identity identity = read();
        if (identity == null) {
            write();
            identity = read();
        }
        if (identity == null) {
            throw new IllegalStateException("The row of table 'rmq_tx_store' in " + url + " was removed just now.");
        }
        if (identity.version() < VERSION) {
            throw new RmqTxConfigurationException(
                    "The tables of rmq-tx in " + url + " have schema version " + identity.version()
                            + ", but this version of rmq-tx needs " + VERSION + ".",
                    "Run the upgrade scripts up to version " + VERSION + ".");
        }
        return identity.storeId();
    }

    private @org.jspecify.annotations.Nullable Identity read() {
        List<Identity> rows = independent.call(
                jdbc -> jdbc.query(SELECT_STORE, (row, number) -> new Identity(row.getString(1), row.getInt(2))));
        return rows.isEmpty() ? null : rows.get(0);
    }

    private void write() {
        try {
            independent.call(jdbc -> insert(jdbc, UUID.randomUUID().toString()));
        } catch (DuplicateKeyException e) {
            log.debug("Another instance has given the tables in {} their identity.", url);
        } catch (DataAccessResourceFailureException e) {
            throw e;
        } catch (DataAccessException e) {
            throw new RmqTxConfigurationException(
                    "The table 'rmq_tx_store' in " + url + " is empty, and the identity of these tables cannot be"
                            + " written into it.",
                    "Give the data source's user the right to insert into the tables of rmq-tx.",
                    e);
        }
    }

    private int insert(JdbcTemplate jdbc, String storeId) {
        return jdbc.update(insertStore(dialect), storeId, VERSION);
    }

    private static final String SELECT_STORE = "SELECT store_id, schema_version FROM rmq_tx_store WHERE id = 1";

    private static final String WRITE_NOTHING = "UPDATE rmq_tx_store SET schema_version = schema_version WHERE id = 0";

    private static String insertStore(StoreDialect dialect) {
        return ("INSERT INTO rmq_tx_store (id, store_id, schema_version, created_at) VALUES (1, ?, ?, "
                        + dialect.currentEpochMillis() + ") " + dialect.onDuplicateDoNothing())
                .trim();
    }

    private String script() {
        return "io/rmqtx/sql/rmq-tx-" + dialect.name() + ".sql";
    }

    /** Without parameters and user information: both may hold a password. */
    private static String url(DataSource dataSource) {
        try {
            String full = JdbcUtils.extractDatabaseMetaData(dataSource, metaData -> metaData.getURL());
            return withoutSecrets(String.valueOf(full));
        } catch (MetaDataAccessException e) {
            throw new DataAccessResourceFailureException("The database cannot be asked for its URL.", e);
        }
    }

    static String withoutSecrets(String url) {
        return url.replaceFirst("[?;].*$", "").replaceFirst("//[^/]*@", "//");
    }

    private record Identity(String storeId, int version) {}
}
