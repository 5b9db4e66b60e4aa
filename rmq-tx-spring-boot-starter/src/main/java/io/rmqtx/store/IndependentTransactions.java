package io.rmqtx.store;

import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Short READ COMMITTED transactions that never join what runs on the thread.
 *
 * <p>The data source is wrapped, because Spring finds the thread's connection by the data source: REQUIRES_NEW alone
 * would take over the connection of a JPA transaction, which Spring binds without calling it a JDBC transaction, and
 * commit it.
 */
final class IndependentTransactions {

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    IndependentTransactions(DataSource dataSource) {
        DataSource separate = new DelegatingDataSource(dataSource);
        this.jdbc = new JdbcTemplate(separate);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(separate));
        this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
    }

    /** Runs the work and commits; an exception rolls back. */
    <T> T call(Work<T> work) {
        // The template's own null is that of the callback, which cannot return one here.
        return java.util.Objects.requireNonNull(transaction.execute(status -> work.with(jdbc)));
    }

    /** Statements of one transaction. */
    @FunctionalInterface
    interface Work<T> {

        /** Does the work with statements that belong to the transaction. */
        T with(JdbcTemplate jdbc);
    }
}
