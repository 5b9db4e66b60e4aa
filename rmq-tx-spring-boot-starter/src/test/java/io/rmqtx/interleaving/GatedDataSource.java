package io.rmqtx.interleaving;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Puts gates before the end of the business transaction and before the commit of the fence. */
final class GatedDataSource extends DelegatingDataSource {

    /** The actor that makes the business call. */
    private final Actors.Actor call;

    private final Runnable onCommit;

    GatedDataSource(DataSource real, Actors.Actor call, Runnable onCommit) {
        super(real);
        this.call = call;
        this.onCommit = onCommit;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection real = super.getConnection();
        Actors.Actor actor = Actors.current();
        if (actor == null) {
            return real;
        }
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    boolean ends = method.getName().equals("commit")
                            || method.getName().equals("rollback");
                    if (ends && (actor == call || GatedStores.FENCING.get())) {
                        if (actor != call) {
                            actor.holds(true); // the fence, whose insert is done
                        }
                        Actors.pause(method.getName());
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        if (result instanceof Statement statement) {
                            actor.executes(statement);
                        }
                        if (ends) {
                            actor.holds(false);
                            if (actor == call && method.getName().equals("commit")) {
                                onCommit.run();
                            }
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
