package io.rmqtx.demo.watch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Looks into the two databases from outside, over connections of its own. */
public final class Databases {

    private static final String USER = "sa";

    private final String ordersUrl;
    private final String pointsUrl;
    private final JdbcClient orders;
    private final JdbcClient points;

    /** Two databases in memory, whose names end with this text. */
    public Databases(String suffix) {
        ordersUrl = "jdbc:h2:mem:orders-" + suffix + ";DB_CLOSE_DELAY=-1";
        pointsUrl = "jdbc:h2:mem:points-" + suffix + ";DB_CLOSE_DELAY=-1";
        orders = JdbcClient.create(new DriverManagerDataSource(ordersUrl, USER, ""));
        points = JdbcClient.create(new DriverManagerDataSource(pointsUrl, USER, ""));
    }

    /** The order service's database. */
    public String ordersUrl() {
        return ordersUrl;
    }

    /** The points service's database. */
    public String pointsUrl() {
        return pointsUrl;
    }

    /** The order service's database. */
    public JdbcClient inOrders() {
        return orders;
    }

    /** The points service's database. */
    public JdbcClient inPoints() {
        return points;
    }

    List<Map<String, Object>> orders() {
        return latest(
                orders,
                "SELECT id AS \"order\", customer AS \"customer\", amount AS \"amount\" FROM customer_order"
                        + " ORDER BY id DESC");
    }

    List<Map<String, Object>> transactionLog() {
        return latest(
                orders,
                "SELECT message_key AS \"about\", status AS \"status\", message_id AS \"message id\""
                        + " FROM rmq_tx_message ORDER BY seq DESC");
    }

    List<Map<String, Object>> points() {
        return latest(
                points,
                "SELECT order_id AS \"order\", customer AS \"customer\", points AS \"points\" FROM points_grant"
                        + " ORDER BY id DESC");
    }

    /** The latest messages about parcels, in the order of their numbers. */
    List<ParcelRow> parcelRows() {
        return oldestFirst(orders.sql("SELECT message_id, message_key, TRIM(status) AS status FROM rmq_tx_message"
                        + " WHERE order_key IS NOT NULL ORDER BY seq DESC LIMIT 100")
                .query(ParcelRow.class)
                .list());
    }

    /**
     * A message about a parcel.
     *
     * @param messageId its id
     * @param messageKey customer and step
     * @param status how far it is
     */
    record ParcelRow(String messageId, String messageKey, String status) {}

    /** How many messages about parcels wait for the broker. */
    public long waitingParcels() {
        return orders.sql("SELECT COUNT(*) FROM rmq_tx_message WHERE order_key IS NOT NULL AND status = 'PENDING'")
                .query(Long.class)
                .single();
    }

    /** Customer and step of the latest news, in the order in which they came. */
    public List<String> parcelNews() {
        return oldestFirst(points.sql("SELECT CONCAT(customer, '-', step) FROM parcel_news ORDER BY id DESC LIMIT 200")
                .query(String.class)
                .list());
    }

    List<Map<String, Object>> consumedKeys() {
        return latest(
                points,
                "SELECT consumer_group AS \"group\", state AS \"state\", idempotency_key AS \"key\""
                        + " FROM rmq_tx_consumed ORDER BY consumed_at DESC");
    }

    List<Map<String, Object>> alerts() {
        return latest(
                points,
                "SELECT order_id AS \"order\", REPLACE(LOWER(reason), '_', ' ') AS \"reason\", cause AS \"cause\" FROM alert"
                        + " ORDER BY raised_at DESC");
    }

    private static <T> List<T> oldestFirst(List<T> latestFirst) {
        List<T> turned = new ArrayList<>(latestFirst);
        Collections.reverse(turned);
        return turned;
    }

    private static List<Map<String, Object>> latest(JdbcClient database, String sql) {
        return database.sql(sql + " LIMIT 50").query().listOfRows();
    }

    /** Throws the databases away. */
    public void close() {
        for (JdbcClient database : List.of(orders, points)) {
            database.sql("SHUTDOWN").update();
        }
    }
}
