package io.rmqtx.store;

import io.rmqtx.spi.DeliveryTime;
import io.rmqtx.spi.StoreDialect;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The statements of the message table, composed once per dialect and number of rows. */
final class MessageSql {

    /** How many rows one statement takes at most: a bound for the statement's length and for its locks. */
    static final int MAX_ROWS = 256;

    private static final String COLUMNS = "message_id, application, mode, status, topic, tag, message_key, headers,"
            + " payload, payload_length, attempts, next_attempt_at, created_at";

    private final String firstRow;
    private final String row;
    private final String clock;
    private final String specialRow;
    private final String firstSpecialRow;
    private final @Nullable String[] inserts = new @Nullable String[MAX_ROWS + 1];
    private final @Nullable String[] specialInserts = new @Nullable String[MAX_ROWS + 1];
    private final String now;
    private final String fence;

    /** For a store of this dialect; behind a routing data source each insert asks whether it is in the right one. */
    MessageSql(StoreDialect dialect, boolean routed) {
        this.now = dialect.currentEpochMillis();
        // VALUES rather than SELECT ... WHERE: on InnoDB INSERT ... SELECT holds the table's auto-increment lock until
        // the statement ends, and one that waits for a fence in progress would hold up every other insert. An id that
        // is too old yields NULL for a column that must not be NULL.
        this.row = row("", false);
        this.firstRow = routed ? row(" AND " + StoreRoute.CONDITION, false) : row;
        this.specialRow = row("", true);
        this.firstSpecialRow = routed ? row(" AND " + StoreRoute.CONDITION, true) : specialRow;
        this.clock = ("SELECT " + now + " " + dialect.fromNothing()).trim();
        this.fence = ("INSERT INTO rmq_tx_message (message_id, application, mode, status, topic, attempts,"
                        + " next_attempt_at, created_at) VALUES (?, ?, ?, 'ABORTED', ?, 0, " + now + ", " + now + ") "
                        + dialect.onDuplicateDoNothing())
                .trim();
    }

    private String row(String furtherCondition, boolean special) {
        String due = now + " + ?";
        String further = "";
        if (special) {
            String deliverAt = "? + ? * " + now;
            due = "GREATEST(" + due + ", " + deliverAt + " - " + DeliveryTime.HANDED_OVER_AHEAD.toMillis() + ")";
            further = ", ?, " + deliverAt;
        }
        return "(?, ?, ?, 'PENDING', ?, ?, ?, ?, ?, ?, 0, " + due + ", CASE WHEN " + now + " <= ?" + furtherCondition
                + " THEN " + now + " END" + further + ")";
    }

    /**
     * Inserts so many rows: id, application, mode, topic, tag, key, headers, body, its length, due after ms, latest ms each; behind
     * a routing data source the first one has the store id, too. All rows of a statement are refused with the first.
     */
    String insert(int rows) {
        return insert(rows, inserts, COLUMNS, firstRow, row);
    }

    /**
     * The same for rows of which some have an order key or a time of delivery: before the latest ms twice the time of
     * delivery, at the end order key and time of delivery. That time is two numbers, epoch ms and 0, or a delay and 1.
     */
    String insertSpecial(int rows) {
        return insert(rows, specialInserts, COLUMNS + ", order_key, deliver_at", firstSpecialRow, specialRow);
    }

    private static String insert(int rows, @Nullable String[] known, String columns, String first, String other) {
        String composed = known[rows];
        if (composed == null) {
            composed = "INSERT INTO rmq_tx_message (" + columns + ") VALUES " + first + (", " + other).repeat(rows - 1);
            known[rows] = composed;
        }
        return composed;
    }

    /** Reads the database's clock, in epoch milliseconds. */
    String clock() {
        return clock;
    }

    /** Inserts an aborted row: id, application, mode, topic. */
    String fence() {
        return fence;
    }

    /** Reads mode and status: id. */
    String find() {
        return "SELECT mode, status FROM rmq_tx_message WHERE message_id = ?";
    }

    /** Reads which of so many ids are pending: one that was fenced after its savepoint was rolled back is not. */
    String existing(int ids) {
        return "SELECT message_id FROM rmq_tx_message WHERE message_id IN (" + repeated("?", ids)
                + ") AND status = 'PENDING'";
    }

    /** Moves the next attempt of so many pending rows: ms from now, ids. */
    String postpone(int ids) {
        return "UPDATE rmq_tx_message SET next_attempt_at = GREATEST(" + now + " + ?, deliver_at - "
                + DeliveryTime.HANDED_OVER_AHEAD.toMillis() + ") WHERE message_id IN (" + repeated("?", ids)
                + ") AND " + statusIs("'PENDING'");
    }

    /** Makes so many pending rows those of the relay: ms from now, ids. */
    String toOutbox(int ids) {
        return "UPDATE rmq_tx_message SET mode = 'OUTBOX', next_attempt_at = " + now + " + ? WHERE message_id IN ("
                + repeated("?", ids) + ") AND " + statusIs("'PENDING'");
    }

    /** Marks so many rows published: ids. */
    String markPublished(int ids) {
        return "UPDATE rmq_tx_message SET status = 'PUBLISHED', published_at = " + now + ", next_attempt_at = " + now
                + ", lease_owner = 0 WHERE message_id IN (" + repeated("?", ids) + ") AND "
                + statusIs("'PENDING', 'DEAD'");
    }

    /**
     * In a form for which no optimizer uses the index on the status: an update that walks along it waits for the
     * uncommitted rows of business transactions that have nothing to do with it.
     */
    static String statusIs(String list) {
        return "CASE WHEN status IN (" + list + ") THEN 1 ELSE 0 END = 1";
    }

    /** Every statement there is, for tests of the SQL itself. */
    Stream<String> all() {
        return Stream.of(
                insert(1),
                insert(2),
                insertSpecial(1),
                insertSpecial(2),
                clock(),
                fence(),
                find(),
                existing(2),
                postpone(2),
                toOutbox(2),
                markPublished(2));
    }

    static String repeated(String part, int times) {
        return String.join(", ", IntStream.range(0, times).mapToObj(i -> part).toList());
    }
}
