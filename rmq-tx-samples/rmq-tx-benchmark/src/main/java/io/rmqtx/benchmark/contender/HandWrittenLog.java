package io.rmqtx.benchmark.contender;

import java.util.Collections;
import java.util.List;
import javax.sql.DataSource;
import org.apache.rocketmq.common.message.Message;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/** The transaction log of one who writes it by hand, with the columns of rmq-tx. */
final class HandWrittenLog {

    private static final String INSERT = "INSERT INTO rmq_tx_message (message_id, application, mode, status, topic,"
            + " tag, message_key, headers, payload, attempts, next_attempt_at, created_at)"
            + " VALUES (?, ?, 'TRANSACTIONAL', 'PENDING', ?, ?, ?, ?, ?, 0, ?, ?)";

    /** In milliseconds; no session's time zone moves it. */
    private static final String NOW = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000";

    private static final String INSERT_BY_ITS_CLOCK =
            "INSERT INTO rmq_tx_message (message_id, application, mode, status, topic, tag, message_key, headers, payload,"
                    + " attempts, next_attempt_at, created_at)"
                    + " VALUES (?, ?, 'TRANSACTIONAL', 'PENDING', ?, ?, ?, ?, ?, 0, " + NOW + " + ?, CASE WHEN " + NOW
                    + " <= ? THEN " + NOW + " END)";

    private static final String MARK_BY_ITS_CLOCK =
            "UPDATE rmq_tx_message SET status = 'PUBLISHED', published_at = " + NOW
                    + ", next_attempt_at = " + NOW
                    + " WHERE CASE WHEN status IN ('PENDING', 'DEAD') THEN 1 ELSE 0 END = 1 AND message_id IN (";

    private static final long CHECK_AFTER_MILLIS = 30_000;
    private static final long OLDEST_MILLIS = 3_600_000;

    private final JdbcTemplate jdbc;
    private final String application;

    /** Creates the tables. */
    HandWrittenLog(DataSource dataSource, String application) {
        new ResourceDatabasePopulator(new ClassPathResource("io/rmqtx/sql/rmq-tx-mysql.sql")).execute(dataSource);
        this.jdbc = new JdbcTemplate(dataSource);
        this.application = application;
    }

    void insert(String messageId, Message message, Class<?> type) {
        long now = System.currentTimeMillis();
        insert(INSERT, messageId, message.getKeys(), message, type, now + CHECK_AFTER_MILLIS, now);
    }

    /** With the database's times, and refused if the message is too old. */
    void insertByItsClock(String messageId, String key, Message message, Class<?> type) {
        long latest = System.currentTimeMillis() + OLDEST_MILLIS;
        insert(INSERT_BY_ITS_CLOCK, messageId, key, message, type, CHECK_AFTER_MILLIS, latest);
    }

    private void insert(String sql, String messageId, String key, Message message, Class<?> type, long due, long last) {
        jdbc.update(
                sql,
                messageId,
                application,
                message.getTopic(),
                message.getTags(),
                key,
                "{\"type\":\"" + type.getName() + "\",\"contentType\":\"application/json\"}",
                message.getBody(),
                due,
                last);
    }

    boolean contains(String messageId) {
        return !jdbc.queryForList("SELECT status FROM rmq_tx_message WHERE message_id = ?", String.class, messageId)
                .isEmpty();
    }

    void markPublished(List<String> messageIds) {
        mark(
                "UPDATE rmq_tx_message SET status = 'PUBLISHED', published_at = " + System.currentTimeMillis()
                        + " WHERE message_id IN (",
                messageIds);
    }

    void markPublishedByItsClock(List<String> messageIds) {
        mark(MARK_BY_ITS_CLOCK, messageIds);
    }

    private void mark(String start, List<String> messageIds) {
        String marks = String.join(", ", Collections.nCopies(messageIds.size(), "?"));
        jdbc.update(start + marks + ")", messageIds.toArray());
    }

    boolean isMarked() {
        return jdbc.queryForList("SELECT 1 FROM rmq_tx_message WHERE status = 'PENDING' LIMIT 1")
                .isEmpty();
    }

    void clear() {
        jdbc.execute("TRUNCATE TABLE rmq_tx_message");
    }
}
