package io.rmqtx.store;

import io.rmqtx.MessageContext;
import io.rmqtx.spi.ReliableStore;
import io.rmqtx.spi.StoreLocator.Scope;
import java.util.Collection;
import java.util.List;
import org.springframework.transaction.PlatformTransactionManager;

/** The stores to which transactions of one manager can lead. */
interface ManagedStores {

    PlatformTransactionManager manager();

    /** The one to which a transaction leads that begins now on this thread. */
    ReliableStore current();

    /** All of them. */
    Collection<ReliableStore> all();

    /** Sets the thread's route for a delivery. */
    Scope enter(MessageContext message, Object payload);

    /** Of a manager whose data source is one database. */
    record Single(ReliableStore current) implements ManagedStores {

        @Override
        public PlatformTransactionManager manager() {
            return current.transactionManager();
        }

        @Override
        public Collection<ReliableStore> all() {
            return List.of(current);
        }

        @Override
        public Scope enter(MessageContext message, Object payload) {
            return Scope.NONE;
        }
    }
}
