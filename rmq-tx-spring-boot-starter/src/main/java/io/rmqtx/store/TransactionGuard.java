package io.rmqtx.store;

import javax.sql.DataSource;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Knows whether a statement on the data source would join a transaction of the manager. Otherwise the row would be
 * committed on its own, or not at all, whatever becomes of the business.
 *
 * <p>The manager itself is asked, by PROPAGATION_MANDATORY. What is bound to the thread does not tell: a connection
 * that was fetched while the transaction of <em>another</em> manager is active looks the same and commits by itself,
 * and the connection of a JPA transaction carries no mark at all.
 */
final class TransactionGuard {

    private static final TransactionDefinition MANDATORY =
            new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_MANDATORY);

    private final PlatformTransactionManager manager;
    private final DataSource dataSource;

    TransactionGuard(PlatformTransactionManager manager, DataSource dataSource) {
        this.manager = manager;
        this.dataSource = dataSource;
    }

    boolean isActive() {
        if (!TransactionSynchronizationManager.hasResource(dataSource)) {
            return false;
        }
        try {
            // Taking part in an existing transaction begins nothing, so there is nothing to end either.
            manager.getTransaction(MANDATORY);
            return true;
        } catch (IllegalTransactionStateException e) {
            return false;
        }
    }

    void require(String table) {
        if (!isActive()) {
            throw new IllegalStateException("The table '" + table + "' is written only inside a transaction of its"
                    + " own transaction manager, but none is active on this thread: the row would not share the"
                    + " fate of the business rows. Begin a transaction of that manager first.");
        }
        if (TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
            throw new IllegalTransactionStateException("The table '" + table + "' is not written in a read-only"
                    + " transaction: it may run on a replica, and what JPA changes in it is not stored. Remove readOnly"
                    + " from the outermost @Transactional, or give the method inside REQUIRES_NEW. Nothing was"
                    + " written.");
        }
    }
}
