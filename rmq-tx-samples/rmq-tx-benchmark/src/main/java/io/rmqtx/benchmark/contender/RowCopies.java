package io.rmqtx.benchmark.contender;

import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Makes many rows of one, with the same columns but for the key, within the database: what a client would take minutes
 * for. Their keys follow each other, as those of ids that begin with the time do.
 */
final class RowCopies {

    /** The digits at the end of a key that number the copies. */
    private static final int DIGITS = 12;

    /** One statement copies so many at most: large enough to be quick, small enough to be undone. */
    private static final long AT_ONCE = 1 << 16;

    private final JdbcTemplate jdbc;
    private final String table;
    private final String key;
    private final String others;

    /** For a table whose key is a text of 36 characters. Numbers that the database gives are given anew. */
    RowCopies(JdbcTemplate jdbc, String table, String key) {
        this.jdbc = jdbc;
        this.table = table;
        this.key = key;
        List<String> columns = jdbc.queryForList(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?"
                        + " AND column_name <> ? AND extra NOT LIKE '%auto_increment%' ORDER BY ordinal_position",
                String.class, table, key);
        this.others = String.join(", ", columns);
    }

    /** Makes so many rows of the only one that meets the condition; it is one of them, and gets another key. */
    void multiply(String condition, long wanted) {
        String seed = Objects.requireNonNull(
                jdbc.queryForObject("SELECT " + key + " FROM " + table + " WHERE " + condition, String.class));
        String prefix = seed.substring(0, seed.length() - DIGITS);
        jdbc.update("UPDATE " + table + " SET " + key + " = ? WHERE " + key + " = ?", number(prefix, 0), seed);
        for (long have = 1; have < wanted; ) {
            long more = Math.min(AT_ONCE, Math.min(have, wanted - have));
            jdbc.update(
                    "INSERT INTO " + table + " (" + key + ", " + others + ") SELECT CONCAT(?, LPAD(HEX(CONV(RIGHT("
                            + key + ", " + DIGITS + "), 16, 10) + ?), " + DIGITS + ", '0')), " + others + " FROM "
                            + table + " WHERE " + key + " BETWEEN ? AND ?",
                    prefix,
                    have,
                    number(prefix, 0),
                    number(prefix, more - 1));
            have += more;
        }
    }

    /** Lets the database look at what has grown, as it does now and then by itself. */
    void analyze() {
        jdbc.execute("ANALYZE TABLE " + table);
    }

    private static String number(String prefix, long number) {
        return prefix + String.format("%0" + DIGITS + "X", number);
    }
}
