package io.rmqtx.store;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.spi.StoreDialect;
import java.sql.DatabaseMetaData;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;

/** Chooses the dialect of a data source: the application's own ones are asked first. */
final class StoreDialects {

    private static final Logger log = LoggerFactory.getLogger(StoreDialects.class);

    private final List<StoreDialect> dialects;

    StoreDialects(List<StoreDialect> own) {
        this.dialects = Stream.concat(
                        own.stream(), Stream.of(new MySqlDialect(), new PostgreSqlDialect(), new H2Dialect()))
                .toList();
    }

    StoreDialect of(DataSource dataSource) {
        String product;
        String version;
        try {
            product = JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductName);
            version = JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductVersion);
        } catch (MetaDataAccessException e) {
            throw new DataAccessResourceFailureException("The database cannot be asked what product it is.", e);
        }
        StoreDialect dialect = ofProduct(String.valueOf(product));
        dialect.checkVersion(String.valueOf(version));
        return dialect;
    }

    StoreDialect ofProduct(String product) {
        StoreDialect chosen = dialects.stream()
                .filter(dialect -> dialect.supports(product))
                .findFirst()
                .orElseThrow(() -> new RmqTxConfigurationException(
                        "The database '" + product + "' is not one that rmq-tx knows"
                                + " (MySQL, MariaDB, PostgreSQL, H2).",
                        "Use one of these, or define a bean of type io.rmqtx.spi.StoreDialect whose supports(\""
                                + product + "\") returns true, with a script io/rmqtx/sql/rmq-tx-<its name>.sql."));
        log.debug("Database '{}' is used with dialect '{}'.", product, chosen.name());
        return chosen;
    }
}
