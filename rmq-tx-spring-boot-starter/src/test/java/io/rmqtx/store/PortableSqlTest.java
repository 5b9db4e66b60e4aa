package io.rmqtx.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

    private static final Pattern COMMENT = Pattern.compile("(?m)(^|\\s)//.*$|/\\*(?s:.*?)\\*/");
    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern LOOKS_LIKE_SQL = Pattern.compile(
            "\\b(INSERT INTO|UPDATE \\w+ SET|DELETE FROM|SELECT\\b.*\\bFROM|REPLACE INTO|MERGE INTO|(CREATE|ALTER|DROP)"
                    + " (TABLE|INDEX|UNIQUE)|WHERE|ON DUPLICATE|VALUES \\()");

    private static final Set<String> OTHER_DIALECTS = Set.of("PostgreSqlDialect.java", "H2Dialect.java");

    private final MySqlDialect dialect = new MySqlDialect();

    @TestFactory
    Stream<DynamicTest> statementsAreDocumentedByMySqlAndMariaDb() throws IOException {
        String script =
                new ClassPathResource("io/rmqtx/sql/rmq-tx-mysql.sql").getContentAsString(StandardCharsets.UTF_8);
        Stream<String> inScript = Stream.of(script.replaceAll("(?m)--.*$", ""));
        Stream<String> inCode = Stream.concat(
                Stream.concat(
                        new BacklogSql(dialect).all(),
                        Stream.concat(new MessageSql(dialect, false).all(), new MessageSql(dialect, true).all())),
                Stream.concat(
                        Stream.of(
                                JdbcConsumedKeys.sql(dialect, false),
                                JdbcConsumedKeys.sql(dialect, true),
                                JdbcConsumedKeys.OLD,
                                JdbcConsumedKeys.DELETE),
                        StoreSchema.statements(dialect).stream()));
        return Stream.concat(inScript, inCode)
                .map(sql -> DynamicTest.dynamicTest(
                        sql.strip().lines().findFirst().orElseThrow(), () -> assertPortable(sql)));
    }

    /** The files themselves, so that one that is not packed into the jar (an upgrade) is not forgotten. */
    @TestFactory
    Stream<DynamicTest> scriptsAreDocumentedByMySqlAndMariaDb() throws IOException {
        List<Path> scripts = files(Path.of("..", "sql"), ".sql").stream()
                .filter(script -> script.toString().toLowerCase(Locale.ROOT).contains("mysql"))
                .toList();
        assertThat(scripts).isNotEmpty();
        return scripts.stream()
                .map(script -> DynamicTest.dynamicTest(
                        script.getFileName().toString(),
                        () -> assertPortable(Files.readString(script).replaceAll("(?m)--.*$", ""))));
    }

    /** Whatever looks like SQL in a text of the main code, an annotation's included, wherever it is written. */
    @TestFactory
    Stream<DynamicTest> textsInTheCodeAreDocumentedByMySqlAndMariaDb() throws IOException {
        List<String> texts = new ArrayList<>();
        for (Path source : files(Path.of("src", "main", "java"), ".java")) {
            if (!OTHER_DIALECTS.contains(source.getFileName().toString())) {
                texts.addAll(sqlTexts(Files.readString(source)));
            }
        }
        assertThat(texts).hasSizeGreaterThan(10);
        return texts.stream().map(sql -> DynamicTest.dynamicTest(sql, () -> assertPortable(sql)));
    }

    private static List<String> sqlTexts(String source) {
        String joined = COMMENT.matcher(source).replaceAll("").replaceAll("\"\\s*\\+\\s*\"", "");
        return TEXT.matcher(joined)
                .results()
                .map(text -> text.group(1))
                .filter(text -> LOOKS_LIKE_SQL.matcher(text).find())
                .toList();
    }

    private static List<Path> files(Path directory, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    @Test
    void theScanFindsSqlInTheCode() {
        assertThat(sqlTexts("""
                        @Delete("DELETE FROM t" // why
                            + " WHERE id = ? RETURNING id")
                        String own = "Update the table yourself.";
                        """)).containsExactly("DELETE FROM t WHERE id = ? RETURNING id");
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
