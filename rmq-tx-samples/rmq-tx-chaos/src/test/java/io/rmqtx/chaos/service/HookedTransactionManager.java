package io.rmqtx.chaos.service;

import javax.sql.DataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** The transactions of the business, with a point before and after each statement that begins or ends one. */
final class HookedTransactionManager extends JdbcTransactionManager {

    private static final long serialVersionUID = 1L;

    HookedTransactionManager(DataSource dataSource) {
        super(dataSource);
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
        Hooks.at(CrashPoint.BEFORE_BEGIN);
        super.doBegin(transaction, definition);
        Hooks.at(CrashPoint.AFTER_BEGIN);
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
        Hooks.at(CrashPoint.BEFORE_COMMIT);
        super.doCommit(status);
        Hooks.at(CrashPoint.AFTER_COMMIT);
    }

    @Override
    protected void doRollback(DefaultTransactionStatus status) {
        Hooks.at(CrashPoint.BEFORE_ROLLBACK);
        super.doRollback(status);
        Hooks.at(CrashPoint.AFTER_ROLLBACK);
    }
}
