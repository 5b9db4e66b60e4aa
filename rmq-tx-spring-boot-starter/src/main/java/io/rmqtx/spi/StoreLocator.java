package io.rmqtx.spi;

import io.rmqtx.MessageContext;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Says which database is behind a routing data source, so that rmq-tx can be used with a transaction manager that works
 * on one. Define one bean of this type for each such data source.
 *
 * <p>A half message carries the identity of the database that its check-back must ask, and it is sent before the
 * transaction begins. So the route must be set before an annotated method is called (by an interceptor of the web
 * request, by advice with an order below that of rmq-tx), and must stay until its transaction has begun.
 *
 * <p><b>Guaranteed:</b> the row of a message, or the key of a consumed one, is written into the database that
 * {@link #current()} named, or not at all. If the transaction's connection leads elsewhere, the database itself refuses
 * the statement, and the call ends with a {@link io.rmqtx.StoreRouteException}. Check-backs and marks go to the
 * database itself, past the routing.
 *
 * <p><b>Not guaranteed:</b> a replica cannot be told from its primary by its content. Name primaries only; two data
 * sources with the same content, and one that refuses to be written, are refused at start.
 */
public interface StoreLocator {

    /**
     * The routing data source that it speaks for: the one that the transaction manager works on, or one that this one
     * wraps.
     */
    DataSource routing();

    /**
     * The databases behind it, by name; each must hold the tables of rmq-tx. Asked once, at start: what is added later
     * is unknown. Several names may have the same {@code DataSource} object, for instance tenants that share a
     * database.
     */
    Map<String, DataSource> stores();

    /**
     * The name, as in {@link #stores()}, of the database to which a transaction leads that begins now on this thread.
     * Asked for every call of an annotated method and for every delivery; what it throws ends the call, before anything
     * has happened.
     */
    String current();

    /**
     * Sets the thread's route for a delivery to a {@link io.rmqtx.ReliableListener}, before its transaction begins. By
     * default nothing is set, and {@link #current()} is asked on the consumer's thread as it is.
     *
     * @param payload what the listener gets
     * @return closed on the same thread when the delivery's transaction has ended
     */
    default Scope enter(MessageContext message, Object payload) {
        return Scope.NONE;
    }

    /** How long a route is set. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {

        /** Nothing to set back. */
        Scope NONE = () -> {};

        /** Sets the route back. */
        @Override
        void close();
    }

    /** One that sets no routes for deliveries. */
    static StoreLocator of(DataSource routing, Map<String, DataSource> stores, Supplier<String> current) {
        return new StoreLocator() {
            @Override
            public DataSource routing() {
                return routing;
            }

            @Override
            public Map<String, DataSource> stores() {
                return stores;
            }

            @Override
            public String current() {
                return current.get();
            }
        };
    }
}
