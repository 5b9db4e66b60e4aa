package io.rmqtx.sample.tables;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/** Runs the script in the starter's jar, so that the service's own migrations create the tables, in their order. */
@SuppressWarnings({"checkstyle:TypeName", "TypeName"}) // Flyway reads the version from the name
public final class V1__Tables_of_rmq_tx extends BaseJavaMigration {

    /** Called by the services. */
    public V1__Tables_of_rmq_tx() {}

    @Override
    public void migrate(Context context) {
        ScriptUtils.executeSqlScript(context.getConnection(), new ClassPathResource("io/rmqtx/sql/rmq-tx-h2.sql"));
    }
}
