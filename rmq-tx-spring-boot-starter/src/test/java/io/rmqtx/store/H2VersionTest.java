package io.rmqtx.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.testing.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** An H2 without what the dialect needs is named, rather than failing in the first statement. */
class H2VersionTest {

    private final StoreDialects dialects = new StoreDialects(List.of());

    /** A database that says it has another version. */
    private static final class OtherVersion extends DelegatingDataSource {

        private final String version;

        OtherVersion(DataSource target, String version) {
            super(target);
            this.version = version;
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection real = super.getConnection();
            return wrap(
                    Connection.class,
                    real,
                    "getMetaData",
                    wrap(DatabaseMetaData.class, real.getMetaData(), "getDatabaseProductVersion", version));
        }

        private static <T> T wrap(Class<T> type, T target, String method, Object answer) {
            return type.cast(Proxy.newProxyInstance(
                    OtherVersion.class.getClassLoader(), new Class<?>[] {type}, (self, called, arguments) -> {
                        try {
                            return called.getName().equals(method) ? answer : called.invoke(target, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }));
        }
    }

    @Test
    void anOldVersionIsRefusedWithTheOneThatIsNeeded() {
        try (TestDatabase database = TestDatabase.h2()) {
            for (String old : List.of("1.4.200 (2019-10-14)", "2.2.224 (2023-09-17)", "2.3.229")) {
                assertThatThrownBy(() -> dialects.of(new OtherVersion(database.dataSource(), old)))
                        .isInstanceOf(RmqTxConfigurationException.class)
                        .hasMessageContaining("H2 " + old.split(" ", 2)[0])
                        .hasMessageContaining("2.3.230 or newer")
                        .hasMessageContaining("com.h2database:h2");
            }
        }
    }

    @Test
    void newerOnesAndUnknownFormsAreTaken() {
        try (TestDatabase database = TestDatabase.h2()) {
            for (String fine : List.of("2.3.230", "2.4.240 (2025-09-22)", "3.0.1", "unknown")) {
                assertThat(dialects.of(new OtherVersion(database.dataSource(), fine))
                                .name())
                        .isEqualTo("h2");
            }
            assertThat(dialects.of(database.dataSource()).name()).isEqualTo("h2");
        }
    }
}
