package io.rmqtx.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A fresh, empty database for one test class; its server lives as long as the JVM. */
public final class TestDatabase implements AutoCloseable {

    private final TestDatabaseKind kind;
    private final String url;
    private final String user;
    private final List<HikariDataSource> pools = new ArrayList<>();
    private HikariDataSource dataSource;

    TestDatabase(TestDatabaseKind kind, String url, String user) {
        this.kind = kind;
        this.url = url;
        this.user = user;
    }

    /** A fresh database of this kind. */
    public static TestDatabase of(TestDatabaseKind kind) {
        return TestServers.create(kind);
    }

    /** A fresh H2 database in memory. */
    public static TestDatabase h2() {
        return of(TestDatabaseKind.H2);
    }

    /** A fresh MariaDB database. */
    public static TestDatabase mariaDb() {
        return of(TestDatabaseKind.MARIADB);
    }

    /** A fresh PostgreSQL database. */
    public static TestDatabase postgreSql() {
        return of(TestDatabaseKind.POSTGRESQL);
    }

    /** What kind it is. */
    public TestDatabaseKind kind() {
        return kind;
    }

    /** The JDBC URL. */
    public String url() {
        return url;
    }

    /** The user; the password is empty. */
    public String user() {
        return user;
    }

    /** The pool that all of a test shares. */
    public synchronized HikariDataSource dataSource() {
        if (dataSource == null) {
            dataSource = newPool(config -> {});
        }
        return dataSource;
    }

    /** Another pool on the same database. */
    public synchronized HikariDataSource newPool(Consumer<HikariConfig> customizer) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword("");
        config.setMaximumPoolSize(10);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(10_000);
        customizer.accept(config);
        HikariDataSource pool = new HikariDataSource(config);
        pools.add(pool);
        return pool;
    }

    /** Closes the pools; the data goes with the server. */
    @Override
    public synchronized void close() {
        pools.forEach(HikariDataSource::close);
        pools.clear();
        dataSource = null;
    }
}
