package io.rmqtx.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Writes down each statement that reaches the driver, as often as it is executed. */
public final class StatementLog extends DelegatingDataSource {

    private final List<String> executed = new CopyOnWriteArrayList<>();

    public StatementLog(DataSource real) {
        super(real);
    }

    /** Those that start so, in their order. */
    public List<String> executed(String start) {
        return executed.stream().filter(sql -> sql.startsWith(start)).toList();
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection real = super.getConnection();
        return proxy(Connection.class, (method, arguments) -> {
            Object made = method.invoke(real, arguments);
            if (made instanceof PreparedStatement statement) {
                return prepared(statement, (String) arguments[0]);
            }
            return made instanceof Statement statement ? plain(statement) : made;
        });
    }

    private PreparedStatement prepared(PreparedStatement real, String sql) {
        return proxy(PreparedStatement.class, (method, arguments) -> {
            if (method.getName().startsWith("execute")) {
                executed.add(sql);
            }
            return method.invoke(real, arguments);
        });
    }

    private Statement plain(Statement real) {
        return proxy(Statement.class, (method, arguments) -> {
            if (method.getName().startsWith("execute") && arguments != null) {
                executed.add((String) arguments[0]);
            }
            return method.invoke(real, arguments);
        });
    }

    private interface Call {
        @Nullable
        Object made(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return call.made(method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
