package io.rmqtx.store;

import io.rmqtx.StoreRouteException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * How a store behind a routing data source is reached. The transaction's connection may lead elsewhere all the same, so
 * each insert asks, in the same statement, whether it is in the right database; the others need not pay for that.
 *
 * @param name the names that lead to it, quoted
 * @param storeId its identity
 * @param url its URL, without secrets
 */
record StoreRoute(String name, String storeId, String url) {

    /** True in the store's own database: store id. */
    static final String CONDITION = "EXISTS (SELECT 1 FROM rmq_tx_store WHERE id = 1 AND store_id = ?)";

    /** The database refused the insert, because it is another one. */
    StoreRouteException elsewhere(JdbcTemplate joining, RuntimeException cause) {
        return new StoreRouteException(
                "The route leads to store " + name + " (" + url + ", identity " + storeId
                        + "), but the transaction's connection to another database (" + urlOf(joining)
                        + "), or to one without the tables of rmq-tx. Nothing was written there. Set the route before the"
                        + " annotated method is called and leave it until its transaction has begun: advice that sets"
                        + " it must have an order below that of rmq-tx. A call inside a transaction belongs to the store"
                        + " on which that transaction was begun.",
                cause);
    }

    /** Where the transaction's connection leads, which drivers know without asking the server. */
    private static String urlOf(JdbcTemplate joining) {
        try {
            return StoreSchema.withoutSecrets(
                    String.valueOf(joining.execute((ConnectionCallback<@Nullable String>) StoreRoute::urlOf)));
        } catch (RuntimeException e) {
            return "which does not say its URL";
        }
    }

    private static @Nullable String urlOf(Connection connection) throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        return metaData.getURL();
    }
}
