package io.rmqtx.chaos;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/** What a service's database holds. A connection for each question: the server may have been killed in between. */
final class Database {

    private final MariaDbServer server;
    private final String name;

    Database(MariaDbServer server, String name, String schema) {
        this.server = server;
        this.name = name;
        try (Connection connection = server.connect("")) {
            connection.createStatement().execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        try (Connection connection = server.connect(name)) {
            ScriptUtils.executeSqlScript(connection, new ClassPathResource(schema));
            ScriptUtils.executeSqlScript(connection, new ClassPathResource("io/rmqtx/sql/rmq-tx-mysql.sql"));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String url() {
        return server.url(name);
    }

    void account(String id, String balance) {
        update("INSERT INTO account (id, balance) VALUES (?, ?)", id, balance);
    }

    BigDecimal balance(String account) {
        return number("SELECT balance FROM account WHERE id = ?", account);
    }

    long count(String sql, Object... arguments) {
        return number("SELECT COUNT(*) FROM " + sql, arguments).longValueExact();
    }

    void update(String sql, Object... arguments) {
        try (Connection connection = server.connect(name);
                PreparedStatement statement = prepare(connection, sql, arguments)) {
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    BigDecimal number(String sql, Object... arguments) {
        try (Connection connection = server.connect(name);
                PreparedStatement statement = prepare(connection, sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            BigDecimal number = rows.getBigDecimal(1);
            return number == null ? BigDecimal.ZERO : number;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    List<String> texts(String sql, Object... arguments) {
        try (Connection connection = server.connect(name);
                PreparedStatement statement = prepare(connection, sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... arguments)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }
}
