package io.rmqtx.store;

import static io.rmqtx.store.MessageSql.repeated;
import static io.rmqtx.store.MessageSql.statusIs;

import io.rmqtx.spi.DeliveryTime;
import io.rmqtx.spi.StoreDialect;
import java.util.stream.Stream;

/**
 * The statements of what is still to be published. Times that rows are chosen by are parameters, read from the database's
 * clock before: compared with an expression, some optimizers would not use the index.
 */
final class BacklogSql {

    private static final String COLUMNS = "message_id, mode, topic, tag, message_key, order_key, headers, attempts,"
            + " created_at, deliver_at, lease_owner, next_attempt_at, payload_length";

    /** As in {@link ClaimCode}. */
    private static final String FREE = ClaimCode.NOT_SENT + ", " + ClaimCode.PERHAPS_SENT + ", " + ClaimCode.SEEN;

    private final String now;
    private final String clock;

    BacklogSql(StoreDialect dialect) {
        this.now = dialect.currentEpochMillis();
        this.clock = ("SELECT " + now + " " + dialect.fromNothing()).trim();
    }

    /** Reads the database's clock. */
    String clock() {
        return clock;
    }

    /** Reads and locks due rows but those of so many topics: application, now, topics, number. */
    String due(int exceptTopics) {
        String except = exceptTopics == 0 ? "" : " AND topic NOT IN (" + repeated("?", exceptTopics) + ")";
        return "SELECT " + COLUMNS + " FROM rmq_tx_message WHERE status = 'PENDING' AND application = ?"
                + " AND next_attempt_at <= ?" + except + " ORDER BY next_attempt_at LIMIT ? FOR UPDATE SKIP LOCKED";
    }

    /** When the next row is due: application. */
    String nextDue() {
        return "SELECT next_attempt_at FROM rmq_tx_message WHERE status = 'PENDING' AND application = ?"
                + " ORDER BY next_attempt_at LIMIT 1";
    }

    /** Reads the first pending rows of a key, up to one that is dead: key, topic, application, twice; number. */
    String firstOfKey() {
        String ofKey = "order_key = ? AND topic = ? AND application = ?";
        return "SELECT " + COLUMNS + " FROM rmq_tx_message WHERE " + ofKey + " AND status = 'PENDING' AND seq <"
                + " COALESCE((SELECT MIN(seq) FROM rmq_tx_message WHERE " + ofKey + " AND status = 'DEAD'), "
                + Long.MAX_VALUE + ") ORDER BY seq LIMIT ?";
    }

    /** Claims so many rows that this transaction has locked: owner, ms, ids. */
    String claim(int ids) {
        return "UPDATE rmq_tx_message SET lease_owner = ?, next_attempt_at = " + now + " + ? WHERE message_id IN ("
                + repeated("?", ids) + ")";
    }

    /** Claims so many rows if they are still free: owner, ms, ids, now. */
    String claimIfFree(int ids) {
        return claim(ids) + " AND " + statusIs("'PENDING'") + " AND (lease_owner IN (" + FREE
                + ") OR next_attempt_at <= ?)";
    }

    /**
     * Has due rows of order keys looked at later, and makes them free for whoever publishes their key: least ms, most ms,
     * ids.
     */
    String lookLater(int ids) {
        return "UPDATE rmq_tx_message SET next_attempt_at = " + now + " + " + age() + ", lease_owner = CASE WHEN"
                + " lease_owner > 0 THEN " + ClaimCode.PERHAPS_SENT + " WHEN lease_owner IN (" + FREE
                + ") THEN lease_owner ELSE lease_owner + 1 END WHERE message_id IN (" + repeated("?", ids) + ") AND "
                + statusIs("'PENDING'");
    }

    /** Reads the payloads of so many rows: ids. */
    String payloads(int ids) {
        return "SELECT message_id, payload FROM rmq_tx_message WHERE message_id IN (" + repeated("?", ids) + ")";
    }

    /** Gives so many rows back: code to leave, least ms, most ms, per mille of it, error, ids, owner. */
    String retryLater(int ids) {
        return "UPDATE rmq_tx_message SET lease_owner = ?, next_attempt_at = " + now + " + (" + age()
                + ") * ? / 1000, last_error = COALESCE(?, last_error) WHERE message_id IN (" + repeated("?", ids)
                + ") AND lease_owner = ? AND " + statusIs("'PENDING'");
    }

    /** How old a row is, bounded: least ms, most ms. */
    private String age() {
        return "LEAST(GREATEST(" + now + " - created_at, ?), ?)";
    }

    /** Takes note of a refusal: status, refusals, ms, error, id, owner. */
    String refused() {
        return "UPDATE rmq_tx_message SET status = ?, attempts = ?, next_attempt_at = " + now
                + " + ?, lease_owner = " + (ClaimCode.NOT_SENT - 1)
                + ", last_error = ? WHERE message_id = ? AND lease_owner = ? AND "
                + statusIs("'PENDING'");
    }

    /** Deletes so many published rows of the relay's own: ids. */
    String deletePublished(int ids) {
        return "DELETE FROM rmq_tx_message WHERE message_id IN (" + repeated("?", ids) + ") AND mode = 'OUTBOX' AND "
                + statusIs("'PENDING', 'DEAD'");
    }

    /** Reads a row: id, application. */
    String read() {
        return "SELECT message_id, mode, status, topic, order_key, attempts, last_error, created_at FROM rmq_tx_message"
                + " WHERE message_id = ? AND application = ?";
    }

    /** Has a row published again: id, application, status. */
    String publishAgain() {
        return "UPDATE rmq_tx_message SET status = 'PENDING', mode = 'OUTBOX', attempts = 0, lease_owner = 0,"
                + " next_attempt_at = GREATEST(" + now + ", deliver_at - " + DeliveryTime.HANDED_OVER_AHEAD.toMillis()
                + "), published_at = 0 WHERE message_id = ? AND application = ? AND"
                + " status = ?";
    }

    /** Gives a row up that nobody sends: reason, id, application, ms for which one may be in hands. */
    String cancel() {
        return "UPDATE rmq_tx_message SET status = 'CANCELLED', last_error = ?, lease_owner = 0, next_attempt_at = "
                + now + " WHERE message_id = ? AND application = ? AND (" + statusIs("'DEAD'") + " OR ("
                + statusIs("'PENDING'") + " AND mode = 'OUTBOX' AND lease_owner IN (0, -1) AND (next_attempt_at <= "
                + now
                + " OR next_attempt_at > " + now + " + ?)))";
    }

    /** Chooses and locks old rows: status, application, before ms, number. */
    String old() {
        return "SELECT message_id FROM rmq_tx_message WHERE status = ? AND application = ? AND next_attempt_at < ? ORDER BY next_attempt_at"
                + " LIMIT ? FOR UPDATE SKIP LOCKED";
    }

    /** Deletes so many rows: ids. */
    String delete(int ids) {
        return "DELETE FROM rmq_tx_message WHERE message_id IN (" + repeated("?", ids) + ")";
    }

    /** Every statement there is, for tests of the SQL itself. */
    Stream<String> all() {
        return Stream.of(
                clock(),
                due(0),
                due(2),
                nextDue(),
                firstOfKey(),
                claim(2),
                claimIfFree(2),
                lookLater(2),
                payloads(2),
                retryLater(2),
                refused(),
                deletePublished(2),
                read(),
                publishAgain(),
                cancel(),
                old(),
                delete(2));
    }
}
