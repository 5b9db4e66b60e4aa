package io.rmqtx.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.core.io.ClassPathResource;

/**
 * MySQL does not run in the build. What it gets must be documented by MySQL 8.0 and by MariaDB 10.6, on which the same
 * statements do run.
 */
final class PortableSqlTest {

    private static final List<String> NOT_SHARED = List.of(
            // MariaDB only
            "RETURNING",
            "SET STATEMENT",
            "\\bUUID\\b(?!\\s*\\()",
            "\\bINET[46]\\b",
            "CREATE (UNIQUE )?INDEX IF NOT EXISTS",
            "ADD (COLUMN|INDEX|KEY|CONSTRAINT) IF NOT EXISTS",
            "CREATE OR REPLACE TABLE",
            "WITH SYSTEM VERSIONING",
            "NOPAD",
            "UCA1400",
            "\\bSEQUENCE\\b",
            "FOR PORTION OF",
            "VALUE\\s*\\(",
            // MySQL only
            "0900",
            "\\bINVISIBLE\\b",
            "\\bLATERAL\\b",
            "FOR SHARE",
            "\\bFOR UPDATE OF\\b",
            "AS NEW\\b",
            "->>?",
            "BIN_TO_UUID|UUID_TO_BIN",
            "JSON_TABLE|MEMBER OF",
            "\\bJSON\\b",
            "KEY \\w+ \\(\\(",
            // documented by both, with different meaning or only in newer versions
            "INTERSECT|EXCEPT",
            "VALUES\\s+ROW",
            "\"");

    private final MySqlDialect dialect = new MySqlDialect();

    @TestFactory
    Stream<DynamicTest> statementsAreDocumentedByMySqlAndMariaDb() throws IOException {
        String script =
                new ClassPathResource("io/rmqtx/sql/rmq-tx-mysql.sql").getContentAsString(StandardCharsets.UTF_8);
        Stream<String> inScript = Stream.of(script.replaceAll("(?m)--.*$", ""));
        Stream<String> inCode = Stream.concat(
                Stream.concat(new MessageSql(dialect, false).all(), new MessageSql(dialect, true).all()),
                Stream.concat(
                        Stream.of(JdbcConsumedKeys.sql(dialect, false), JdbcConsumedKeys.sql(dialect, true)),
                        StoreSchema.statements(dialect).stream()));
        return Stream.concat(inScript, inCode)
                .map(sql -> DynamicTest.dynamicTest(
                        sql.strip().lines().findFirst().orElseThrow(), () -> assertPortable(sql)));
    }

    private static void assertPortable(String sql) {
        assertThat(NOT_SHARED).noneMatch(construct -> Pattern.compile(construct)
                .matcher(sql.toUpperCase(Locale.ROOT))
                .find());
    }

    @Test
    void theScanSeesWhatIsNotShared() {
        for (String sql : List.of(
                "INSERT INTO t VALUES (1) RETURNING id",
                "SET STATEMENT max_statement_time = 1 FOR SELECT 1",
                "CREATE TABLE t (id UUID)",
                "CREATE INDEX IF NOT EXISTS i ON t (a)",
                "CREATE TABLE t (h JSON)",
                "INSERT INTO t VALUES (1) AS new ON DUPLICATE KEY UPDATE a = new.a")) {
            assertThat(NOT_SHARED).as(sql).anyMatch(construct -> Pattern.compile(construct)
                    .matcher(sql.toUpperCase(Locale.ROOT))
                    .find());
        }
    }
}
